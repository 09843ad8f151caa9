// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/announcer.h"

#include <utility>
#include <variant>
#include <vector>

namespace relayfleet::ingest {

void Announcer::Expect(bool video, bool audio) {
  has_video_ = video;
  has_audio_ = audio;
  if (!video) video_.reset();
  if (!audio) audio_.reset();
  hold_.SetAudioTracks({audio_id()});
  if (announced_ || Complete()) Announce();
}

bool Announcer::Complete() const {
  const bool any = video_.has_value() || audio_.has_value();
  return any && has_video_ == video_.has_value() && has_audio_ == audio_.has_value();
}

void Announcer::SetVideo(media::Track track) {
  track.id = 0;
  video_ = std::move(track);
  if (announced_ || Complete()) return Announce();
  audio_wait_ = strand_->After(kAudioWait, [this] { Announce(); });
}

void Announcer::SetAudio(media::Track track) {
  track.id = audio_id();
  audio_ = std::move(track);
  if (announced_ || Complete()) Announce();
}

void Announcer::Announce() {
  announced_ = true;
  audio_wait_.Cancel();
  std::vector<media::Track> tracks;
  if (video_.has_value()) tracks.push_back(*video_);
  if (audio_.has_value()) tracks.push_back(*audio_);
  if (tracks.empty()) return;
  stream_.SetTracks(std::move(tracks));
  while (auto message = hold_.Pop()) {
    if (auto* packet = std::get_if<media::Packet>(&*message)) Send(std::move(*packet));
  }
}

void Announcer::SendVideo(media::Packet packet) {
  packet.track = 0;
  Send(std::move(packet));
}

void Announcer::SendAudio(media::Packet packet) {
  packet.track = audio_id();
  Send(std::move(packet));
}

void Announcer::Send(media::Packet packet) {
  if (announced_) {
    const bool known = packet.track == audio_id() ? audio_.has_value() : video_.has_value();
    return known ? stream_.Send(std::move(packet)) : on_dropped_(1);
  }
  packet.seq = ++held_;
  const int dropped = hold_.Push(std::move(packet)).dropped;
  if (dropped > 0) on_dropped_(dropped);
}

}  // namespace relayfleet::ingest
