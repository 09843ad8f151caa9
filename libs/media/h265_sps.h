// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_H265_SPS_H_
#define RELAYFLEET_LIBS_MEDIA_H265_SPS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// H.265 NAL units (ITU-T H.265, 7.3). Stateless; any thread.
namespace relayfleet::media {

// nal_unit_type values that matter here (H.265, table 7-1).
enum class H265NalType : uint8_t { kVps = 32, kSps = 33, kPps = 34, kDelimiter = 35 };

// Type of a NAL unit; `nal` is not empty.
inline H265NalType TypeOfH265Nal(absl::string_view nal) {
  return static_cast<H265NalType>(static_cast<uint8_t>(nal[0]) >> 1 & 0x3f);
}

// A picture at which decoding can begin (IRAP).
inline bool IsH265Irap(H265NalType type) {
  return static_cast<uint8_t>(type) >= 16 && static_cast<uint8_t>(type) <= 23;
}

// What an access unit holds that decoding can begin with; empty views are absent. The first of
// each kind.
struct H265KeyUnits {
  absl::string_view irap;
  absl::string_view vps;
  absl::string_view sps;
  absl::string_view pps;
};
H265KeyUnits FindH265KeyUnits(absl::string_view access_unit);

// What a sequence parameter set says that the fleet wants to know (H.265, 7.3.2.2).
struct H265Sps {
  uint8_t profile_idc = 0;  // 1: Main, 2: Main 10
  uint8_t level_idc = 0;    // thirty times the level
  int width = 0;            // pixels, after cropping
  int height = 0;

  friend bool operator==(const H265Sps&, const H265Sps&) = default;
};

// Reads one SPS NAL unit, without start code. INVALID_ARGUMENT if it is none, is cut short or
// describes pictures no decoder takes (more than 16384 pixels a side).
absl::StatusOr<H265Sps> ParseH265Sps(absl::string_view nal);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_H265_SPS_H_
