// SPDX-License-Identifier: Apache-2.0

#include "services/publish/outlet.h"

#include <algorithm>
#include <set>
#include <utility>

namespace relayfleet::publish {

Outlet::Outlet(std::shared_ptr<base::Executor> strand, std::unique_ptr<RtspDialer> dialer,
               MediaServer server, std::string path, Options options, Handler handler)
    : strand_(strand),
      options_(std::move(options)),
      handler_(std::move(handler)),
      link_(strand, std::move(dialer), std::move(server), std::move(path), options_.link,
            {.on_online = [this] { OnOnline(); },
             .on_written = [this](uint64_t seq) { OnWritten(seq); },
             .on_ready = [this] { Pump(); },
             .on_lost = [this](const flow::Lost& lost) { OnLost(lost); }}) {}

absl::Status Outlet::SetFormat(const media::StreamInfo& info) {
  if (auto valid = TrackSet::Validate(info); !valid.ok()) return valid;
  // Before the change: what waits belongs to the tracks as they were.
  const bool first = tracks_.tracks().empty();
  if (!first && TrackSet(tracks_).Set(info.tracks) == TrackSet::Change::kTracks) Abandon();
  tracks_.Set(info.tracks);
  if (tracks_.complete()) Begin();
  return absl::OkStatus();
}

void Outlet::Abandon() {
  DropInFlight();
  DropQueue(DropReason::kSuperseded);
  need_key_ = true;
  session_has_key_ = false;
  redial_ = redial_ || started_;
  started_ = false;
}

void Outlet::Begin() {
  started_ = true;
  link_.SetTracks(tracks_.tracks());
  const bool was_online = link_.online();
  if (!std::exchange(redial_, false) || !link_.Redial() || !was_online) return;
  handler_.on_lost({.reason = "the stream has other tracks now"});
}

void Outlet::BeginStream() {
  DropQueue(DropReason::kSuperseded);
  need_key_ = true;
}

void Outlet::Push(media::Packet packet, uint64_t tag) {
  Entry entry = {std::move(packet), tag, strand_->clock().Monotonic()};
  const bool video = tracks_.IsVideo(entry.packet.track);
  // Only the next ANNOUNCE needs them: readers of this session find them in band.
  if (video && entry.packet.key && tracks_.Learn(entry.packet)) Begin();
  if (const auto reason = Refusal(entry.packet)) return Drop(entry, *reason);
  if (video) need_key_ = false;
  entry.after_gap = tracks_.line(entry.packet.track).Accept();
  queue_.push_back(std::move(entry));
  Pump();
  if (!queue_.empty()) ArmHold();
}

std::optional<int64_t> Outlet::NewestDts(uint32_t track) {
  for (auto entry = queue_.rbegin(); entry != queue_.rend(); ++entry) {
    if (entry->packet.track == track) return entry->packet.dts;
  }
  return tracks_.line(track).last_dts();
}

std::optional<DropReason> Outlet::Refusal(const media::Packet& packet) {
  const bool video = tracks_.IsVideo(packet.track);
  const auto newest = NewestDts(packet.track);
  if (newest.has_value() && packet.dts <= *newest) {
    // A replay from a key that this session's readers got: what follows it can be decoded.
    if (video && packet.key && session_has_key_) need_key_ = false;
    return DropReason::kOld;
  }
  if (video) return VideoRefusal(packet);
  const bool open = started_ && (link_.online() || link_.connecting());
  return open ? std::nullopt : std::optional(DropReason::kOffline);
}

std::optional<DropReason> Outlet::VideoRefusal(const media::Packet& packet) {
  if (!started_ || (!link_.online() && !link_.connecting())) {
    need_key_ = true;
    if (!started_) handler_.on_need_key(flow::NeedKeyReason::kConnected);
    return DropReason::kOffline;
  }
  if (need_key_ && !packet.key) {
    if (link_.online()) handler_.on_need_key(flow::NeedKeyReason::kLoss);
    return DropReason::kNeedKey;
  }
  return std::nullopt;
}

void Outlet::Pump() {
  while (!queue_.empty() && link_.ready()) {
    Entry& entry = in_flight_.emplace_back(std::move(queue_.front()));
    queue_.pop_front();
    tracks_.line(entry.packet.track).Hand(entry.packet.dts);
    media::Packet packet = entry.packet;
    packet.seq = next_seq_++;
    link_.Write(packet);
    if (!packet.key || !tracks_.IsVideo(packet.track)) continue;
    session_has_key_ = true;
    handler_.on_key();
  }
  if (queue_.empty()) hold_timer_.Cancel();
}

void Outlet::OnWritten(uint64_t seq) {
  // What is in flight has the numbers before next_seq_.
  while (!in_flight_.empty() && next_seq_ - in_flight_.size() <= seq) {
    const Entry entry = std::move(in_flight_.front());
    in_flight_.pop_front();
    tracks_.line(entry.packet.track).Write(entry.packet.dts, entry.after_gap);
    handler_.on_written(entry.tag, entry.packet);
  }
  Pump();
}

void Outlet::OnOnline() {
  handler_.on_online();
  const bool key_waits = std::any_of(queue_.begin(), queue_.end(), [this](const Entry& entry) {
    return tracks_.IsVideo(entry.packet.track);
  });
  if (!key_waits) {
    need_key_ = true;
    handler_.on_need_key(flow::NeedKeyReason::kConnected);
  }
  Pump();
}

void Outlet::OnLost(const flow::Lost& lost) {
  need_key_ = true;
  session_has_key_ = false;
  DropInFlight();
  DropQueue(DropReason::kOffline);
  handler_.on_lost(lost);
}

void Outlet::Stop() {
  link_.Stop();
  DropInFlight();
  DropQueue(DropReason::kOffline);
}

void Outlet::DropInFlight() {
  while (!in_flight_.empty()) {
    const Entry entry = std::move(in_flight_.front());
    in_flight_.pop_front();
    Drop(entry, DropReason::kSessionLost);
  }
}

void Outlet::DropQueue(DropReason reason) {
  hold_timer_.Cancel();
  while (!queue_.empty()) {
    const Entry entry = std::move(queue_.front());
    queue_.pop_front();
    Drop(entry, reason);
  }
}

void Outlet::DropStale() {
  const absl::Duration oldest = strand_->clock().Monotonic() - options_.hold;
  const DropReason stalled = link_.online() ? DropReason::kStalled : DropReason::kOffline;
  std::deque<Entry> kept;
  std::set<uint32_t> holes;  // tracks
  bool hole = false;         // in the video, and no key came behind it
  bool video = false;        // some of it is kept
  for (Entry& entry : std::exchange(queue_, {})) {
    const bool is_video = tracks_.IsVideo(entry.packet.track);
    if (entry.since <= oldest || (is_video && hole && !entry.packet.key)) {
      hole = hole || is_video;
      holes.insert(entry.packet.track);
      Drop(entry, stalled);
      continue;
    }
    if (holes.erase(entry.packet.track) > 0) entry.after_gap = true;
    if (is_video) hole = false;
    video = video || is_video;
    kept.push_back(std::move(entry));
  }
  queue_ = std::move(kept);
  if (!queue_.empty()) ArmHold();
  if (video || !hole) return;
  need_key_ = true;
  if (link_.online()) handler_.on_need_key(flow::NeedKeyReason::kLoss);
}

void Outlet::ArmHold() {
  const absl::Duration left = queue_.front().since + options_.hold - strand_->clock().Monotonic();
  hold_timer_ = strand_->After(left, [this] { DropStale(); });
}

void Outlet::Drop(const Entry& entry, DropReason reason) {
  tracks_.line(entry.packet.track).Drop(entry.packet.dts, reason == DropReason::kOld);
  handler_.on_dropped(entry.tag, entry.packet, reason);
}

}  // namespace relayfleet::publish
