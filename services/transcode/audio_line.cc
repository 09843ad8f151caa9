// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/audio_line.h"

#include <algorithm>
#include <cstddef>

namespace relayfleet::transcode {
namespace {

int64_t Samples(absl::Duration duration, int rate) {
  return absl::ToInt64Milliseconds(duration) * rate / 1000;
}

}  // namespace

AudioLine::AudioLine(int rate, int channels, int frame_size, int64_t min_pts)
    : rate_(rate), channels_(channels), frame_size_(frame_size), pts_(min_pts) {}

void AudioLine::Add(const std::vector<float>& samples, int64_t pts) {
  if (empty_) pts_ = std::max(pts_, pts);
  empty_ = false;
  const int64_t missing = pts - end();
  const int64_t tolerance = Samples(kTolerance, rate_);
  int64_t twice = 0;
  if (missing > Samples(kMaxSilence, rate_)) {
    samples_.clear();
    pts_ = pts;
  } else if (missing > tolerance) {
    samples_.resize(samples_.size() + missing * channels_, 0.0F);
  } else if (missing < -tolerance) {
    twice = std::min<int64_t>(-missing * channels_, static_cast<int64_t>(samples.size()));
  }
  samples_.insert(samples_.end(), samples.begin() + twice, samples.end());
}

std::optional<AudioLine::Frame> AudioLine::Take() {
  const size_t wanted = static_cast<size_t>(frame_size_) * channels_;
  if (samples_.size() < wanted) return std::nullopt;
  const auto end = samples_.begin() + static_cast<int64_t>(wanted);
  Frame frame{{samples_.begin(), end}, pts_};
  samples_.erase(samples_.begin(), end);
  pts_ += frame_size_;
  return frame;
}

}  // namespace relayfleet::transcode
