// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_VIDEO_ENCODER_H_
#define RELAYFLEET_LIBS_AV_VIDEO_ENCODER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/av/frame.h"
#include "libs/media/encoding.h"

namespace relayfleet::av {

// One coded picture.
struct AccessUnit {
  std::string data;  // H.264, Annex B; SPS and PPS before each IDR
  int64_t pts = 0;   // of the picture it was made from
  bool key = false;  // IDR
};

// Makes H.264 out of pictures: one picture in, its access unit out, in the same call. Rates are
// by time stamps, so the rate of pictures may vary at will. One user at a time.
class VideoEncoder {
 public:
  struct Options {
    int width = 1280;  // pixels, even
    int height = 720;
    int max_fps = 30;         // pictures per second that rate control and level allow for
    int bitrate_kbps = 2000;  // on average and at most, over half a second
    absl::Duration gop = absl::Seconds(2);  // longest time between key frames, by pts
    media::Profile profile = media::Profile::kBaseline;
    Colours colours = Colours::kJpeg;  // of the pictures, said in the stream
  };

  virtual ~VideoEncoder() = default;

  // Encodes a limited-range I420 picture of the size given at creation. `pts`: 90 kHz ticks,
  // greater than the one before. `force_key` makes it an IDR. After an error the encoder is done
  // for: make another one.
  virtual absl::StatusOr<AccessUnit> Encode(const Frame& picture, int64_t pts, bool force_key) = 0;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_VIDEO_ENCODER_H_
