// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/coded_link.h"

#include <algorithm>
#include <utility>

#include "libs/base/overloaded.h"
#include "libs/base/random_id.h"
#include "libs/media/ticks.h"
#include "services/ingest/peer_backoff.h"

namespace relayfleet::ingest {
namespace {

// What was unfinished when so many sessions broke in a row may be what breaks them.
constexpr int kMaxBarren = 2;

// Credits are granted in lots, since each message wakes a process.
constexpr uint32_t kMinGrant = 4;

// Longest wait for the output of a source that has ended.
constexpr absl::Duration kFinishDeadline = absl::Seconds(2);

}  // namespace

CodedLink::CodedLink(std::shared_ptr<base::Executor> executor, flow::TranscodeConnector& connector,
                     Options options, Handler handler)
    : executor_(executor),
      options_(std::move(options)),
      handler_(std::move(handler)),
      last_out_pts_(options_.last_out_pts),
      queue_({.max_packets = options_.max_packets}),
      link_(std::move(executor), PeerBackoff(), options_.silence,
            [&connector] { return connector.Connect(); },
            {.on_connect = [this] { OnConnect(); },
             .on_message = [this](flow::TranscodeDown m) { OnMessage(std::move(m)); },
             .on_down = [this](const absl::Status& why, absl::Duration in) { OnDown(why, in); },
             .on_silent = [this](absl::Duration limit) { handler_.on_silent(limit); },
             .on_heard = [this] { handler_.on_heard(); }}) {
  queue_.Restart();  // begins with a key frame
}

void CodedLink::Start() { link_.Start(); }

void CodedLink::Stop() { link_.Stop(); }

void CodedLink::SetTrack(media::Track track) {
  track.id = 0;
  if (generation_ > 0 && infos_[generation_].tracks[0] == track) return;
  ++generation_;
  infos_[generation_] = {.generation = generation_, .tracks = {std::move(track)}};
}

void CodedLink::Offer(media::Packet packet) {
  packet.track = 0;
  packet.generation = generation_;
  packet.seq = next_seq_++;
  // Nobody waits for what is older than this.
  if (!open_ && packet.key) StartOver();
  Queue(std::move(packet));
}

// Forgets everything before the key frame that comes now.
void CodedLink::StartOver() {
  const uint64_t lost = queue_.Restart() + in_flight_.size();
  replay_.clear();
  sent_.Clear();
  in_flight_.clear();
  if (lost > 0) handler_.on_dropped(lost);
}

void CodedLink::Queue(media::Message message) {
  const flow::GopQueue::PushResult result = queue_.Push(std::move(message));
  if (result.dropped > 0) handler_.on_dropped(result.dropped);
  if (result.need_key) handler_.on_need_key();
  Pump();
}

void CodedLink::ForceIdr() {
  if (open_) link_.Send(flow::ForceIdr{});
}

void CodedLink::GrantOutput(uint32_t packets) {
  owed_credits_ += packets;
  if (open_ && owed_credits_ >= kMinGrant) {
    output_room_ += owed_credits_;
    link_.Send(flow::Credit{std::exchange(owed_credits_, 0)});
    ExpectAnswer();
  }
}

void CodedLink::OnConnect() {
  link_.Send(flow::TranscodeOpen{.relay = options_.relay,
                                 .session_id = base::RandomId(),
                                 .epoch = options_.epoch,
                                 .spec = options_.spec,
                                 .last_out_pts = last_out_pts_});
}

void CodedLink::OnMessage(flow::TranscodeDown message) {
  std::visit(base::Overloaded{
                 [this](const flow::TranscodeOpened& opened) { OnOpened(opened); },
                 [this](media::Message media) { OnMedia(std::move(media)); },
                 [this](const flow::FrameDone& done) { OnDone(done); },
                 [this](flow::Credit credit) {
                   credits_ += credit.packets;
                   Pump();
                 },
                 [this](flow::Draining) { OnDraining(); },
                 [this](const flow::EncoderChanged& changed) { handler_.on_encoder(changed); },
             },
             std::move(message));
  ExpectAnswer();
}

void CodedLink::OnOpened(const flow::TranscodeOpened& opened) {
  if (leaving_) return;
  open_ = true;
  link_.SetHealthy();
  told_generation_ = 0;
  replay_ = sent_.For(in_flight_);
  const auto lost = std::count_if(in_flight_.begin(), in_flight_.end(),
                                  [this](uint64_t seq) { return sent_.Find(seq) == nullptr; });
  if (lost > 0) handler_.on_dropped(lost);
  in_flight_.clear();
  owed_credits_ = handler_.room();
  GrantOutput(0);
  Pump();
  handler_.on_up(opened);
}

void CodedLink::OnMedia(media::Message message) {
  std::visit(base::Overloaded{
                 [this](media::StreamInfo info) {
                   if (!info.tracks.empty()) out_rate_ = info.tracks[0].clock_rate;
                   handler_.on_info(std::move(info));
                 },
                 [this](media::Packet packet) {
                   last_out_pts_ = std::max(last_out_pts_, media::Rescale(packet.pts, out_rate_,
                                                                          media::kVideoClockRate));
                   if (output_room_ > 0) --output_room_;
                   const media::Packet* source = sent_.Find(packet.source_seq);
                   const bool is_new = source != nullptr && !packet.repeat;
                   packet.arrival_mono = is_new ? source->arrival_mono : absl::ZeroDuration();
                   handler_.on_packet(std::move(packet));
                 },
                 [](media::Gap) {},  // FrameDone says what became of each picture
             },
             std::move(message));
}

void CodedLink::OnDone(const flow::FrameDone& done) {
  barren_ = 0;
  in_flight_.erase(done.seq);
  const bool lost =
      done.outcome != flow::FrameOutcome::kEncoded && done.outcome != flow::FrameOutcome::kDecoded;
  if (lost) handler_.on_dropped(1);
  handler_.on_done(done);
  EndIfFinished();
}

// It finishes the packets that it has, and ends the session. Later ones wait for the next.
void CodedLink::OnDraining() {
  if (std::exchange(leaving_, true)) return;
  link_.Send(flow::End{});
  link_.EndWithin(kLeaveDeadline);
}

// It owes an answer to each packet, as long as there is room for output.
void CodedLink::ExpectAnswer() {
  link_.Expect(!open_ || (output_room_ > 0 && !in_flight_.empty()));
}

void CodedLink::OnDown(const absl::Status& why, absl::Duration retry_in) {
  const bool ended = leaving_ && finished_ != nullptr;
  open_ = leaving_ = false;
  credits_ = output_room_ = 0;
  replay_.clear();
  if (!in_flight_.empty() && ++barren_ >= kMaxBarren) {
    barren_ = 0;
    StartOver();
    handler_.on_need_key();
  }
  if (ended) {
    link_.Stop();
    return std::exchange(finished_, nullptr)();
  }
  handler_.on_down(why, retry_in);
}

void CodedLink::Pump() {
  SendReplay();
  while (open_ && !leaving_ && replay_.empty() && !queue_.empty()) {
    const bool is_packet = std::holds_alternative<media::Packet>(*queue_.front());
    if (is_packet && credits_ == 0) break;
    std::visit(base::Overloaded{
                   [](const media::StreamInfo&) {},  // Send() tells
                   [this](media::Packet packet) { SendPacket(std::move(packet)); },
                   [this](media::Gap gap) { link_.Send(media::Message(gap)); },
               },
               *queue_.Pop());
  }
  const size_t depth = replay_.size() + queue_.packets();
  depth_.store(static_cast<int>(depth), std::memory_order_relaxed);
  ExpectAnswer();
  EndIfFinished();
}

void CodedLink::SendReplay() {
  while (open_ && !leaving_ && credits_ > 0 && !replay_.empty()) {
    media::Packet packet = std::move(replay_.front());
    replay_.pop_front();
    Send(std::move(packet));
  }
}

void CodedLink::SendPacket(media::Packet packet) {
  sent_.Add(packet);
  Send(std::move(packet));
}

void CodedLink::Send(media::Packet packet) {
  if (packet.generation != std::exchange(told_generation_, packet.generation)) {
    link_.Send(media::Message(infos_[packet.generation]));
    // A format begins with a key frame, so nothing of an older one is sent again.
    infos_.erase(infos_.begin(), infos_.find(packet.generation));
  }
  --credits_;
  in_flight_.insert(packet.seq);
  link_.Send(media::Message(std::move(packet)));
}

void CodedLink::Finish(absl::AnyInvocable<void()> done) {
  finished_ = std::move(done);
  deadline_ = executor_->After(kFinishDeadline, [this] {
    link_.Stop();
    if (finished_ != nullptr) std::exchange(finished_, nullptr)();
  });
  EndIfFinished();
}

void CodedLink::EndIfFinished() {
  if (finished_ == nullptr || !open_ || leaving_) return;
  if (!queue_.empty() || !replay_.empty() || !in_flight_.empty()) return;
  leaving_ = true;
  link_.Send(flow::End{});
}

}  // namespace relayfleet::ingest
