// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_ANNEXB_SPLITTER_H_
#define RELAYFLEET_LIBS_MEDIA_ANNEXB_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::media {

// Silence on a pipe after which its owner calls AnnexbSplitter::OnSilence: longer than the pauses
// inside one unit, much shorter than a frame.
inline constexpr absl::Duration kAnnexbSilence = absl::Milliseconds(4);

// Cuts the bytes of an H.264 encoder (Annex B, in pieces of any size) into access units.
//
// A unit ends where the next one begins: at a delimiter, SPS, PPS, SEI or a slice whose
// first_mb_in_slice is 0. That is a frame late, so silence ends a unit too. But a writer that
// buffers (stdio's 4096 bytes) keeps the end of each unit back until the next one comes: silence is
// believed only after some that were followed by a start code, and each that was not makes it need
// more of them.
//
// Bytes before the first beginning of a unit are skipped. Holds one unit. Not thread-safe.
class AnnexbSplitter {
 public:
  struct Options {
    size_t max_unit = size_t{8} << 20;  // bytes; what is larger is dropped
    int proof = 3;                      // silences at a unit's end before one is believed
  };

  struct Unit {
    std::string bytes;           // begins with a 4-byte start code
    bool key = false;            // holds an IDR picture
    bool discontinuity = false;  // something before it was skipped or dropped
  };

  explicit AnnexbSplitter(Options options) : options_(options), proof_(options.proof) {}

  // Returns the units that `bytes` shows to be complete.
  std::vector<Unit> Push(absl::string_view bytes);
  // Nothing came for kAnnexbSilence. Returns the unit that this ends, if it does.
  std::optional<Unit> OnSilence();
  // The writer is gone: what is left is the last unit. Begins anew, as another stream.
  std::optional<Unit> Finish();

  // There is a picture that silence could end: a timer is worth while.
  bool waiting() const { return has_picture_ && !judge_at_.has_value(); }

  // Bytes that belong to no unit.
  uint64_t skipped_bytes() const { return skipped_bytes_; }
  // Units that were too large, or cut where the writer only paused.
  uint64_t damaged_units() const { return damaged_units_; }

 private:
  void JudgeSilence();
  void OnNal(size_t start, std::vector<Unit>* out);
  void Resync(size_t start);
  void Skip(size_t end);
  void DropOversize();
  Unit Cut(size_t end);

  const Options options_;
  std::string buffer_;  // from a unit's start code on; before the first: what may begin one
  size_t scan_ = 0;     // start codes before it are known
  bool synced_ = false;
  bool has_picture_ = false;
  bool key_ = false;
  bool discontinuity_ = false;  // of the next unit
  // Silence: where it was, until the bytes after it tell what it meant.
  std::optional<size_t> judge_at_;
  bool believed_ = false;  // that one ended a unit
  int good_ = 0;           // in a row
  int proof_;
  uint64_t skipped_bytes_ = 0;
  uint64_t damaged_units_ = 0;
};

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_ANNEXB_SPLITTER_H_
