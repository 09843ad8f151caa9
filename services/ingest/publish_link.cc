// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/publish_link.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/base/overloaded.h"
#include "libs/base/random_id.h"
#include "libs/media/ticks.h"
#include "services/ingest/peer_backoff.h"

namespace relayfleet::ingest {
namespace {

// What publish has of a stream shall be written before it is left, but not waited for any longer.
constexpr absl::Duration kWriteOut = absl::Milliseconds(250);

std::set<uint32_t> AudioTracks(const media::StreamInfo& info) {
  std::set<uint32_t> audio;
  for (const media::Track& track : info.tracks) {
    if (media::IsAudio(track.codec)) audio.insert(track.id);
  }
  return audio;
}

}  // namespace

PublishLink::PublishLink(std::shared_ptr<base::Executor> executor,
                         flow::PublishConnector& connector, Options options, Handler handler)
    : executor_(executor),
      options_(std::move(options)),
      handler_(std::move(handler)),
      next_seq_(options_.first_seq),
      link_(std::move(executor), PeerBackoff(), options_.silence,
            [&connector] { return connector.Connect(); },
            {.on_connect = [this] { OnConnect(); },
             .on_message = [this](flow::PublishDown m) { OnMessage(std::move(m)); },
             .on_down = [this](const absl::Status& why, absl::Duration in) { OnDown(why, in); },
             .on_silent = [this](absl::Duration limit) { handler_.on_silent(limit); },
             .on_heard = [this] { handler_.on_heard(); }}) {}

void PublishLink::Start() { link_.Start(); }

void PublishLink::Stop(bool handover, absl::Duration deadline, absl::AnyInvocable<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  link_.Send(flow::PublishClose{.handover = handover});
  // Without a session there is nobody to wait for.
  if (!open_) return Finish();
  deadline_ = executor_->After(deadline, [this] { Finish(); });
}

void PublishLink::Finish() {
  link_.Stop();
  deadline_.Cancel();
  handover_.Cancel();
  open_ = false;
  if (stopped_ != nullptr) std::exchange(stopped_, nullptr)();
}

void PublishLink::SetInfo(media::StreamInfo info) {
  info_ = info;
  queue_->SetAudioTracks(AudioTracks(info));
  if (open_) Queue(std::move(info));
}

void PublishLink::Send(media::Packet packet) {
  packet.seq = next_seq_++;
  if (open_) return Queue(std::move(packet));
  handler_.on_dropped(packet.seq, packet.seq, "publish is away");
  GiveRoom(1);
}

void PublishLink::GiveRoom(uint32_t packets) {
  if (!stopping_) handler_.on_room(packets);
}

void PublishLink::Queue(media::Message message) {
  const flow::GopQueue::PushResult result = queue_->Push(std::move(message));
  if (result.dropped > 0) GiveRoom(result.dropped);
  if (result.need_key && !stopping_) handler_.on_need_key(flow::NeedKeyReason::kLoss);
  Pump();
}

void PublishLink::OnConnect() {
  link_.Send(flow::PublishOpen{.path = options_.path,
                               .mediamtx_url = options_.mediamtx_url,
                               .session_id = base::RandomId(),
                               .epoch = options_.epoch,
                               .linger = options_.linger});
}

void PublishLink::OnMessage(flow::PublishDown message) {
  if (stopping_ && !std::holds_alternative<flow::WrittenThrough>(message)) return;
  std::visit(base::Overloaded{
                 [this](const flow::PublishOpened& opened) { OnOpened(opened); },
                 [this](flow::Credit credit) {
                   credits_.Grant(credit.packets);
                   Pump();
                 },
                 [this](const flow::WrittenThrough& written) { OnWritten(written); },
                 [this](flow::NeedKey need) { handler_.on_need_key(need.reason); },
                 [this](const flow::Online& online) { handler_.on_online(online); },
                 [this](const flow::Lost& lost) { handler_.on_lost(lost); },
                 // Its pipe will break; until then it works.
                 [](const flow::Superseded&) {},
                 [this](flow::Draining) { OnDraining(); },
             },
             message);
  link_.Expect(!open_ || !in_flight_.empty());
}

void PublishLink::OnOpened(const flow::PublishOpened& opened) {
  open_ = true;
  dropped_ = 0;
  link_.SetHealthy();
  SettleInFlight(opened.written_by_track);
  handler_.on_up(opened);
  if (!info_.has_value()) return;
  link_.Send(media::Message(*info_));
  // What was lost in between would be missing in the picture.
  handler_.on_need_key(flow::NeedKeyReason::kLoss);
}

void PublishLink::OnWritten(const flow::WrittenThrough& written) {
  window_.Done(written.seq);
  // A report covers packets of one fate only.
  const bool dropped = written.dropped != dropped_;
  dropped_ = written.dropped;
  while (!in_flight_.empty() && in_flight_.front().out_seq <= written.seq) {
    const Sent sent = in_flight_.front();
    in_flight_.pop_front();
    if (dropped) {
      handler_.on_dropped(sent.out_seq, sent.out_seq, "MediaMTX is away, or waits for a key frame");
    } else {
      handler_.on_written(sent.out_seq, sent.out_seq, sent.track);
    }
  }
  if (leaving_ && in_flight_.empty()) return HandOver();
  Pump();
}

void PublishLink::OnDraining() {
  if (stopping_ || std::exchange(leaving_, true)) return;
  if (in_flight_.empty()) return HandOver();
  handover_ = executor_->After(kWriteOut, [this] { HandOver(); });
}

void PublishLink::HandOver() {
  handover_.Cancel();
  link_.Send(flow::PublishClose{.handover = true});
  link_.EndWithin(kLeaveDeadline);
}

void PublishLink::OnDown(const absl::Status& why, absl::Duration retry_in) {
  // Twice in a row, or for good: nobody will tell what became of them.
  if (!open_ || retry_in == absl::InfiniteDuration()) {
    SettleInFlight({});
  }
  open_ = leaving_ = false;
  handover_.Cancel();
  credits_ = {};
  window_.Clear();
  const int queued = queue_->packets();
  queue_.emplace();  // its stream info goes too: the next session begins with the newest
  if (info_.has_value()) queue_->SetAudioTracks(AudioTracks(*info_));
  queue_->Restart();
  depth_.store(0, std::memory_order_relaxed);
  if (queued > 0) {
    handler_.on_dropped(last_sent_ + 1, next_seq_ - 1, "publish went away");
    GiveRoom(queued);
  }
  if (stopping_) return Finish();
  handler_.on_down(why, retry_in);
}

void PublishLink::SettleInFlight(const std::map<uint32_t, flow::WrittenRun>& written) {
  for (const Sent& sent : std::exchange(in_flight_, {})) {
    const auto run = written.find(sent.track);
    if (run != written.end() && run->second.first_dts <= sent.dts &&
        sent.dts <= run->second.last_dts) {
      handler_.on_written(sent.out_seq, sent.out_seq, sent.track);
    } else {
      handler_.on_dropped(sent.out_seq, sent.out_seq, "publish went away");
    }
  }
}

// For the window, in which packets of a track are compared with each other only.
absl::Duration PublishLink::TimeOf(const media::Packet& packet) const {
  if (!info_.has_value()) return media::FromVideoTicks(packet.pts);
  const auto track = std::find_if(info_->tracks.begin(), info_->tracks.end(),
                                  [&](const media::Track& t) { return t.id == packet.track; });
  if (track == info_->tracks.end()) return media::FromVideoTicks(packet.pts);
  return media::FromTicks(packet.pts, track->clock_rate);
}

bool PublishLink::MaySend(const media::Message& message) const {
  const auto* packet = std::get_if<media::Packet>(&message);
  if (packet == nullptr) return true;
  return credits_.available() > 0 && window_.Admits(packet->track, TimeOf(*packet));
}

void PublishLink::Pump() {
  while (open_ && !leaving_ && !queue_->empty() && MaySend(*queue_->front())) {
    std::visit(base::Overloaded{
                   [this](media::StreamInfo info) { link_.Send(media::Message(std::move(info))); },
                   [this](media::Packet packet) { SendPacket(std::move(packet)); },
                   [this](media::Gap gap) {
                     handler_.on_dropped(gap.first, gap.last, "MediaMTX takes too little");
                     link_.Send(media::Message(gap));
                   },
               },
               *queue_->Pop());
  }
  depth_.store(queue_->packets(), std::memory_order_relaxed);
}

void PublishLink::SendPacket(media::Packet packet) {
  credits_.TryTake();
  window_.Sent(packet.track, packet.seq, TimeOf(packet));
  last_sent_ = packet.seq;
  in_flight_.push_back({packet.seq, packet.track, packet.dts});
  link_.Send(media::Message(std::move(packet)));
  link_.Expect(true);
  GiveRoom(1);
}

}  // namespace relayfleet::ingest
