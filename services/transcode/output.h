// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_OUTPUT_H_
#define RELAYFLEET_SERVICES_TRANSCODE_OUTPUT_H_

#include <cstdint>
#include <optional>

#include "libs/av/video_encoder.h"
#include "libs/media/stream.h"

namespace relayfleet::transcode {

// Makes stream messages of access units: numbers them, and describes the stream whenever its
// parameter sets change. Used on the session's control strand.
class Output {
 public:
  Output(int width, int height) : width_(width), height_(height) {}

  // The StreamInfo that must precede `unit`, if one must.
  std::optional<media::StreamInfo> Describe(const av::AccessUnit& unit);

  // The next key frame is described whatever it says.
  void OnEncoderChanged() { info_.tracks.clear(); }

  // `source`: packet of the picture. A repeat's times of capture and arrival move on with its pts,
  // so that they stay on one line with it.
  media::Packet Wrap(av::AccessUnit unit, const media::Packet& source, bool repeat);

 private:
  const int width_;
  const int height_;
  media::StreamInfo info_{.generation = 0, .tracks = {}};
  uint64_t seq_ = 0;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_OUTPUT_H_
