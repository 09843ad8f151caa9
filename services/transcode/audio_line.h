// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LINE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LINE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"

namespace relayfleet::transcode {

// Joins decoded sound of packets into one line of samples, cut into frames for an encoder:
//
//   (samples, time stamp) ─► [line] ─► frames of a fixed length, with growing stamps
//
// Small differences between time stamps and the number of samples are a clock's jitter and are left
// alone. What is missing becomes silence, up to kMaxSilence; after longer gaps the stamps jump.
// What comes twice is left out. Used on one executor.
class AudioLine {
 public:
  static constexpr absl::Duration kTolerance = absl::Milliseconds(100);
  static constexpr absl::Duration kMaxSilence = absl::Seconds(1);

  struct Frame {
    std::vector<float> samples;  // interleaved
    int64_t pts = 0;             // samples
  };

  // `frame_size`: samples per channel in a frame. `min_pts`: of the first sample.
  AudioLine(int rate, int channels, int frame_size, int64_t min_pts);

  // `pts`, in samples, is that of the first one.
  void Add(const std::vector<float>& samples, int64_t pts);

  std::optional<Frame> Take();

 private:
  int64_t end() const { return pts_ + static_cast<int64_t>(samples_.size()) / channels_; }

  const int rate_;
  const int channels_;
  const int frame_size_;
  bool empty_ = true;  // nothing came so far
  int64_t pts_;        // of the first sample in:
  std::vector<float> samples_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LINE_H_
