// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/stream_meter.h"

#include <algorithm>
#include <utility>

#include "libs/media/annexb.h"
#include "libs/media/h265_sps.h"

namespace relayfleet::relayctl {
namespace {

using media::Codec;

// Puts the sets of a key picture where the description brought none; false: it has none itself.
bool TakeSets(absl::string_view bytes, media::Track* track) {
  if (track->codec == Codec::kH264) {
    const media::KeyUnits units = media::FindKeyUnits(bytes);
    if (units.sps.empty() || units.pps.empty()) return false;
    track->sps = std::string(units.sps);
    track->pps = std::string(units.pps);
    return true;
  }
  if (track->codec == Codec::kH265) {
    const media::H265KeyUnits units = media::FindH265KeyUnits(bytes);
    if (units.vps.empty() || units.sps.empty() || units.pps.empty()) return false;
    track->vps = std::string(units.vps);
    track->sps = std::string(units.sps);
    track->pps = std::string(units.pps);
    return true;
  }
  return true;  // the codec knows none
}

}  // namespace

StreamMeter::StreamMeter(const std::vector<media::Track>& tracks, absl::Duration begun)
    : begun_(begun) {
  for (const media::Track& track : tracks) {
    if (media::IsAudio(track.codec) || track.channels > 0) {
      facts_.audio = track;
    } else {
      facts_.video = track;
    }
  }
  facts_.sets_described = !facts_.video.sps.empty() && !facts_.video.pps.empty();
}

void StreamMeter::Add(const Picture& picture) {
  if (facts_.pictures == 0) {
    first_arrived_ = picture.arrived;
    first_pts_ = picture.pts;
    highest_pts_ = picture.pts;
  } else {
    facts_.longest_gap = std::max(facts_.longest_gap, picture.arrived - last_arrived_);
    facts_.reorders |= picture.pts < last_pts_;
  }
  if (picture.key) AddKey(picture);
  ++facts_.pictures;
  bytes_ += picture.bytes.size();
  last_arrived_ = picture.arrived;
  last_pts_ = picture.pts;
  highest_pts_ = std::max(highest_pts_, picture.pts);
  if (picture.sender_wall != absl::InfinitePast()) {
    ages_.push_back(picture.wall - picture.sender_wall);
  }
}

void StreamMeter::AddKey(const Picture& picture) {
  if (!TakeSets(picture.bytes, &facts_.video)) ++facts_.keys_without_sets;
  if (facts_.keys == 0) {
    facts_.first_key = picture.arrived - begun_;
  } else {
    const absl::Duration gop =
        absl::Seconds(1) * (picture.pts - key_pts_) / facts_.video.clock_rate;
    facts_.longest_gop = std::max(facts_.longest_gop.value_or(absl::ZeroDuration()), gop);
    facts_.longest_gop_pictures =
        std::max(facts_.longest_gop_pictures, facts_.pictures - pictures_at_key_);
  }
  ++facts_.keys;
  key_pts_ = picture.pts;
  pictures_at_key_ = facts_.pictures;
}

StreamFacts StreamMeter::facts() const {
  StreamFacts facts = facts_;
  if (facts.pictures > 0) facts.seen = last_arrived_ - first_arrived_;
  const double seconds =
      static_cast<double>(highest_pts_ - first_pts_) / static_cast<double>(facts.video.clock_rate);
  if (facts.pictures > 1 && seconds > 0) {
    facts.fps = (facts.pictures - 1) / seconds;
    facts.kbps = static_cast<double>(bytes_) * 8 / 1000 / seconds;
  }
  if (!ages_.empty()) {
    std::vector<absl::Duration> sorted = ages_;
    std::sort(sorted.begin(), sorted.end());
    facts.age_p50 = sorted[sorted.size() / 2];
    facts.age_max = sorted.back();
  }
  return facts;
}

}  // namespace relayfleet::relayctl
