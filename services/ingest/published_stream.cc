// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/published_stream.h"

#include <algorithm>
#include <utility>

#include "libs/media/ticks.h"

namespace relayfleet::ingest {

void PublishedStream::SetLink(PublishLink* link) {
  link_ = link;
  if (info_.has_value()) link_->SetInfo(*info_);
}

const media::Track* PublishedStream::FindTrack(uint32_t id) const {
  if (!info_.has_value()) return nullptr;
  const auto it = std::find_if(info_->tracks.begin(), info_->tracks.end(),
                               [id](const media::Track& track) { return track.id == id; });
  return it != info_->tracks.end() ? &*it : nullptr;
}

void PublishedStream::SetTracks(std::vector<media::Track> tracks) {
  if (info_.has_value() && info_->tracks == tracks) return;
  for (const media::Track& track : tracks) {
    const media::Track* before = FindTrack(track.id);
    // In other ticks its last place says nothing.
    if (before != nullptr && before->clock_rate != track.clock_rate) last_dts_.erase(track.id);
  }
  const uint32_t generation = info_.has_value() ? info_->generation + 1 : 1;
  info_ = {.generation = generation, .tracks = std::move(tracks)};
  link_->SetInfo(*info_);
}

void PublishedStream::Send(media::Packet packet) {
  if (info_.has_value()) packet.generation = info_->generation;
  const auto [last, first] = last_dts_.try_emplace(packet.track, packet.dts);
  if (!first) packet.dts = std::max(packet.dts, last->second + 1);
  packet.pts = std::max(packet.pts, packet.dts);
  last->second = packet.dts;
  link_->Send(std::move(packet));
}

bool PublishedStream::IsAudio(uint32_t track) const {
  const media::Track* found = FindTrack(track);
  return found != nullptr && media::IsAudio(found->codec);
}

int64_t PublishedStream::LastDts(uint32_t track) const {
  const auto it = last_dts_.find(track);
  return it != last_dts_.end() ? it->second : 0;
}

absl::Duration PublishedStream::LastTime() const {
  absl::Duration latest;
  for (const auto& [id, dts] : last_dts_) {
    const media::Track* track = FindTrack(id);
    if (track != nullptr) latest = std::max(latest, media::FromTicks(dts, track->clock_rate));
  }
  return latest;
}

void PublishedStream::OnPublishUp(const flow::PublishOpened& opened) {
  for (const auto& [id, dts] : opened.last_dts_by_track) {
    const media::Track* track = FindTrack(id);
    const int64_t rate = track != nullptr ? track->clock_rate : media::kVideoClockRate;
    // The first track is video where there is any, and its ticks are known before it is.
    if (track == nullptr && id != 0) continue;
    line_.ContinueAfter(media::Rescale(dts, rate, media::kVideoClockRate), clock_.Monotonic());
  }
}

}  // namespace relayfleet::ingest
