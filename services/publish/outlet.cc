// SPDX-License-Identifier: Apache-2.0

#include "services/publish/outlet.h"

#include <algorithm>
#include <utility>

#include "libs/base/errors.h"
#include "libs/media/annexb.h"

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
  if (info.tracks.size() != 1 || info.tracks[0].codec != media::Codec::kH264 ||
      info.tracks[0].clock_rate != media::kVideoClockRate) {
    return base::InvalidField("info.tracks", "exactly one H.264 track of 90 kHz is published");
  }
  const media::Track old = std::exchange(track_, info.tracks[0]);
  // A stream that brings its parameter sets in band says nothing here: the last ones known go on.
  if (track_.sps.empty() || track_.pps.empty()) {
    track_.sps = old.sps;
    track_.pps = old.pps;
  }
  if (!track_.sps.empty()) Begin();
  return absl::OkStatus();
}

void Outlet::Begin() {
  started_ = true;
  link_.SetTrack(track_);
}

void Outlet::BeginStream() {
  DropQueue(DropReason::kSuperseded);
  need_key_ = true;
}

void Outlet::Push(media::Packet packet, uint64_t tag) {
  Entry entry = {std::move(packet), tag, strand_->clock().Monotonic()};
  if (entry.packet.key) LearnParameterSets(entry.packet);
  if (const auto reason = Refusal(entry.packet)) return Drop(entry, *reason);
  need_key_ = false;
  entry.after_gap = std::exchange(gap_, false);
  queue_.push_back(std::move(entry));
  Pump();
  if (!queue_.empty()) ArmHold();
}

std::optional<DropReason> Outlet::Refusal(const media::Packet& packet) {
  const auto newest = queue_.empty() ? last_dts_ : std::optional(queue_.back().packet.dts);
  if (newest.has_value() && packet.dts <= *newest) {
    // A replay from a key that this session's readers got: what follows it can be decoded.
    if (packet.key && session_has_key_) need_key_ = false;
    return DropReason::kOld;
  }
  if (!link_.online() && !link_.connecting()) {
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

// Only the next ANNOUNCE needs them: readers of this session find them in band.
void Outlet::LearnParameterSets(const media::Packet& packet) {
  const media::KeyUnits units = media::FindKeyUnits(*packet.payload);
  if (units.sps.empty() || units.pps.empty()) return;
  if (started_ && units.sps == track_.sps && units.pps == track_.pps) return;
  track_.sps = std::string(units.sps);
  track_.pps = std::string(units.pps);
  Begin();
}

void Outlet::Pump() {
  while (!queue_.empty() && link_.ready()) {
    Entry& entry = in_flight_.emplace_back(std::move(queue_.front()));
    queue_.pop_front();
    last_dts_ = entry.packet.dts;
    media::Packet packet = entry.packet;
    packet.seq = next_seq_++;
    link_.Write(packet);
    if (!packet.key) continue;
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
    written_dts_ = entry.packet.dts;
    if (entry.after_gap) run_first_dts_ = std::max(run_first_dts_, entry.packet.dts);
    handler_.on_written(entry.tag, entry.packet);
  }
  Pump();
}

std::optional<flow::WrittenRun> Outlet::written() const {
  if (!written_dts_.has_value() || run_first_dts_ > *written_dts_) return std::nullopt;
  return flow::WrittenRun{run_first_dts_, *written_dts_};
}

void Outlet::OnOnline() {
  handler_.on_online();
  if (queue_.empty()) {
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
  bool dropped = false;
  while (!queue_.empty() &&
         (queue_.front().since <= oldest || (dropped && !queue_.front().packet.key))) {
    const Entry entry = std::move(queue_.front());
    queue_.pop_front();
    dropped = true;
    Drop(entry, stalled);
  }
  if (!queue_.empty()) {
    queue_.front().after_gap = true;
    return ArmHold();
  }
  need_key_ = true;
  if (link_.online()) handler_.on_need_key(flow::NeedKeyReason::kLoss);
}

void Outlet::ArmHold() {
  const absl::Duration left = queue_.front().since + options_.hold - strand_->clock().Monotonic();
  hold_timer_ = strand_->After(left, [this] { DropStale(); });
}

void Outlet::Drop(const Entry& entry, DropReason reason) {
  gap_ = true;
  // Its dts lies among those that were written, and it was not.
  if (reason == DropReason::kOld) run_first_dts_ = std::max(run_first_dts_, entry.packet.dts + 1);
  handler_.on_dropped(entry.tag, entry.packet, reason);
}

}  // namespace relayfleet::publish
