// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_BIT_READER_H_
#define RELAYFLEET_LIBS_MEDIA_BIT_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace relayfleet::media {

// Reads bits, highest first, from the payload of an H.264 NAL unit, leaving out the emulation
// prevention bytes (the 3 of 00 00 03). Reading past the end gives zeros and makes ok() false, so
// a parser checks once, at its end, and in loops whose length was read.
class BitReader {
 public:
  explicit BitReader(absl::string_view bytes) : bytes_(bytes) {}

  uint32_t Bit();
  // `count` is at most 32.
  uint32_t Bits(int count);
  // Exp-Golomb codes of H.264, 9.1. Codes of more than 32 bits make ok() false.
  uint32_t Ue();
  int32_t Se();

  // Bits read so far, those that were left out not counted.
  size_t read() const { return read_; }

  // Nothing was read past the end so far.
  bool ok() const { return ok_; }

 private:
  absl::string_view bytes_;
  size_t position_ = 0;  // of the byte being read
  int left_ = 0;         // bits left in it
  size_t read_ = 0;
  int zeros_ = 0;  // zero bytes in a row before it
  uint8_t current_ = 0;
  bool ok_ = true;
};

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_BIT_READER_H_
