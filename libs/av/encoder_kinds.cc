// SPDX-License-Identifier: Apache-2.0

#include "libs/av/encoder_kinds.h"

namespace relayfleet::av {
namespace {

using Option = EncoderKind::Option;

constexpr Option kNvmpi[] = {{"preset", "ultrafast"}};
constexpr Option kNvenc[] = {{"preset", "p1"},     {"tune", "ull"}, {"rc", "cbr"},
                             {"zerolatency", "1"}, {"delay", "0"},  {"forced-idr", "1"}};
constexpr Option kV4l2[] = {{"num_capture_buffers", "4"}};
constexpr Option kX264[] = {{"preset", "ultrafast"}, {"tune", "zerolatency"}, {"forced-idr", "1"}};

// h264_nvmpi: Jetson, where libav has the patches of jetson-ffmpeg. h264_v4l2m2m: Raspberry Pi and
// other boards.
constexpr EncoderKind kKinds[] = {{"h264_nvmpi", true, kNvmpi},
                                  {"h264_nvenc", true, kNvenc},
                                  {"h264_v4l2m2m", true, kV4l2},
                                  {"libx264", false, kX264}};

}  // namespace

absl::Span<const EncoderKind> EncoderKinds() { return kKinds; }

const EncoderKind* FindEncoderKind(absl::string_view name) {
  for (const EncoderKind& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

}  // namespace relayfleet::av
