// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/loop_line.h"

#include "libs/media/ticks.h"

namespace relayfleet::ingest {
namespace {

// A container whose time moves further from one packet to the next was joined of several.
constexpr absl::Duration kMaxStep = absl::Seconds(10);
constexpr double kDefaultFps = 25;

}  // namespace

LoopLine::LoopLine(const std::vector<media::Track>& tracks) {
  for (const media::Track& track : tracks) {
    Lane lane;
    lane.rate = track.clock_rate;
    const double fps = track.fps > 0 ? track.fps : kDefaultFps;
    lane.duration = static_cast<int64_t>(static_cast<double>(track.clock_rate) / fps);
    lanes_.push_back(lane);
  }
}

std::optional<absl::Duration> LoopLine::Place(int64_t duration, media::Packet* packet) {
  Lane& lane = lanes_[packet->track];
  if (!lane.first_dts.has_value()) lane.first_dts = packet->dts;
  const int64_t dts = packet->dts + lane.offset;
  const bool is_video = packet->track == 0;
  if (wrapped_ && !is_video && dts <= lane.last_dts) return std::nullopt;
  if (duration > 0) lane.duration = duration;
  lane.last_dts = dts;
  packet->dts = dts;
  packet->pts += lane.offset;
  return DueOf(media::FromTicks(dts, lane.rate));
}

absl::Duration LoopLine::DueOf(absl::Duration time) {
  const absl::Duration step = last_time_.has_value() ? time - *last_time_ : absl::ZeroDuration();
  last_time_ = time;
  if (absl::AbsDuration(step) <= kMaxStep) due_ += step;
  return due_;
}

void LoopLine::Wrap() {
  Lane& video = lanes_[0];
  video.offset = video.last_dts + video.duration - video.first_dts.value_or(0);
  for (Lane& lane : lanes_) lane.offset = media::Rescale(video.offset, video.rate, lane.rate);
  wrapped_ = true;
}

}  // namespace relayfleet::ingest
