// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_PICTURE_CONVERTER_H_
#define RELAYFLEET_LIBS_AV_PICTURE_CONVERTER_H_

#include "absl/status/status.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/frame.h"
#include "libs/av/scaler.h"
#include "libs/av/to_frame.h"
#include "libs/media/encoding.h"

namespace relayfleet::av {

// Brings decoded pictures into one size as limited-range I420: of any size, pixel format, pixel
// aspect and range, interlaced or not. Their colour matrix stays and is named in the Frame. A
// picture that is right already is lent, not copied. One user at a time.
class PictureConverter {
 public:
  // `rotation`: clockwise degrees to turn by: 0, 90, 180, 270.
  PictureConverter(int width, int height, media::Fit fit, int rotation);

  absl::Status Convert(const AVFrame& in, Frame& out);

 private:
  absl::Status ConvertPlanar(const AVFrame& in, Chroma chroma, const Pose& pose, Frame& out);
  absl::Status ConvertOther(const AVFrame& in, const Pose& pose, Frame& out);
  absl::Status Finish(Frame& in, const Pose& pose, Frame& out);

  const int width_;
  const int height_;
  const int orientation_;
  Scaler scaler_;
  ToFrame to_frame_;
  Frame planar_;   // of other formats, on their way
  Frame blended_;  // without its fields
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_PICTURE_CONVERTER_H_
