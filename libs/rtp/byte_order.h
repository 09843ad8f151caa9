// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_BYTE_ORDER_H_
#define RELAYFLEET_LIBS_RTP_BYTE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// Big-endian numbers in strings; the caller has checked the bounds.
namespace relayfleet::rtp {

inline uint8_t Load8(absl::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }
inline uint16_t Load16(absl::string_view bytes, size_t at) {
  return static_cast<uint16_t>(Load8(bytes, at) << 8 | Load8(bytes, at + 1));
}
inline uint32_t Load32(absl::string_view bytes, size_t at) {
  return uint32_t{Load16(bytes, at)} << 16 | Load16(bytes, at + 2);
}

inline void Append8(uint8_t value, std::string* out) { out->push_back(static_cast<char>(value)); }
inline void Append16(uint16_t value, std::string* out) {
  Append8(static_cast<uint8_t>(value >> 8), out);
  Append8(static_cast<uint8_t>(value), out);
}
inline void Append32(uint32_t value, std::string* out) {
  Append16(static_cast<uint16_t>(value >> 16), out);
  Append16(static_cast<uint16_t>(value), out);
}

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_BYTE_ORDER_H_
