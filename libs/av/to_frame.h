// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TO_FRAME_H_
#define RELAYFLEET_LIBS_AV_TO_FRAME_H_

#include "absl/status/status.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/frame.h"
#include "libs/av/sws.h"

namespace relayfleet::av {

// Converts libav pictures of any pixel format to full-range 4:2:0 of the same size, with one
// swscale context kept. One user at a time.
class ToFrame {
 public:
  // Sides are rounded down to even if `even`.
  absl::Status Convert(const AVFrame& in, bool even, Frame& out);

 private:
  Sws sws_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_TO_FRAME_H_
