// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_H264_SPS_H_
#define RELAYFLEET_LIBS_MEDIA_H264_SPS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::media {

// What a sequence parameter set says that the fleet wants to know (H.264, 7.3.2.1.1).
struct H264Sps {
  uint8_t profile_idc = 0;       // 66: Baseline, 77: Main, 100: High
  uint8_t constraint_flags = 0;  // constraint_set0_flag is the highest bit
  uint8_t level_idc = 0;         // ten times the level
  int width = 0;                 // pixels, after cropping
  int height = 0;
  bool interlaced = false;        // fields may come
  double fps = 0;                 // as the VUI states it; 0: it does not
  bool fixed_frame_rate = false;  // all pictures last equally long, says the VUI
  // How many pictures may come before one that is shown earlier: 0 where there are no B-frames out
  // of order. Nullopt: not said, and the profile allows it.
  std::optional<int> max_reorder_frames;

  friend bool operator==(const H264Sps&, const H264Sps&) = default;
};

// Reads one SPS NAL unit, without start code. INVALID_ARGUMENT if it is none, is cut short or
// describes pictures no decoder takes (more than 16384 pixels a side); a broken VUI says nothing.
// Any thread.
absl::StatusOr<H264Sps> ParseH264Sps(absl::string_view nal);

// The same SPS without fixed_frame_rate; as it is if it does not have it or can't be read. Any
// thread.
std::string WithVariableFrameRate(absl::string_view nal);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_H264_SPS_H_
