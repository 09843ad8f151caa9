// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/transcode_link.h"

#include <algorithm>
#include <utility>

#include "libs/base/overloaded.h"
#include "libs/base/random_id.h"
#include "services/ingest/peer_backoff.h"

namespace relayfleet::ingest {
namespace {

// A picture that was unfinished when so many sessions broke may be what breaks them.
constexpr int kMaxSessions = 2;

// Credits go along with pictures, or without any in lots, since each message wakes a process.
constexpr uint32_t kMinGrant = 4;

}  // namespace

TranscodeLink::TranscodeLink(std::shared_ptr<base::Executor> executor,
                             flow::TranscodeConnector& connector, Options options, Handler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      last_out_pts_(options_.last_out_pts),
      last_(options_.last),
      link_(std::move(executor), PeerBackoff(), options_.silence,
            [&connector] { return connector.Connect(); },
            {.on_connect = [this] { OnConnect(); },
             .on_message = [this](flow::TranscodeDown m) { OnMessage(std::move(m)); },
             .on_down = [this](const absl::Status& why, absl::Duration in) { OnDown(why, in); },
             .on_silent = [this](absl::Duration limit) { handler_.on_silent(limit); },
             .on_heard = [this] { handler_.on_heard(); }}) {}

void TranscodeLink::Start() { link_.Start(); }

void TranscodeLink::Stop() { link_.Stop(); }

void TranscodeLink::Offer(media::Packet jpeg) {
  if (auto old = waiting_.Put(std::move(jpeg)); old.has_value()) handler_.on_superseded(old->seq);
  SendWaiting();
}

void TranscodeLink::ForceIdr() {
  if (open_) link_.Send(flow::ForceIdr{});
}

void TranscodeLink::GrantOutput(uint32_t packets) {
  owed_credits_ += packets;
  if (open_ && owed_credits_ >= kMinGrant) {
    output_room_ += owed_credits_;
    link_.Send(flow::Credit{std::exchange(owed_credits_, 0)});
    ExpectAnswer();
  }
}

void TranscodeLink::OnConnect() {
  link_.Send(flow::TranscodeOpen{.relay = options_.relay,
                                 .session_id = base::RandomId(),
                                 .epoch = options_.epoch,
                                 .spec = options_.spec,
                                 .last_out_pts = last_out_pts_});
}

void TranscodeLink::OnMessage(flow::TranscodeDown message) {
  std::visit(base::Overloaded{
                 [this](const flow::TranscodeOpened& opened) { OnOpened(opened); },
                 [this](media::Message media) { OnMedia(std::move(media)); },
                 [this](flow::FrameDone done) { OnDone(std::move(done)); },
                 [this](flow::Credit credit) { OnCredit(credit); },
                 [this](flow::Draining) { OnDraining(); },
                 [this](const flow::EncoderChanged& changed) { handler_.on_encoder(changed); },
             },
             std::move(message));
  ExpectAnswer();
}

void TranscodeLink::OnOpened(const flow::TranscodeOpened& opened) {
  if (leaving_) return;
  open_ = true;
  holds_picture_ = false;
  link_.SetHealthy();
  const media::Track jpeg{.id = 0, .codec = media::Codec::kJpeg};
  link_.Send(media::Message(media::StreamInfo{.generation = 1, .tracks = {jpeg}}));
  owed_credits_ = handler_.room();
  GrantOutput(0);
  ResendLast();
  handler_.on_up(opened);
}

// A session that holds no picture and will get none has nothing to repeat.
void TranscodeLink::ResendLast() {
  const bool will_get_one = !replay_.empty() || !waiting_.empty() || !unfinished_.empty();
  if (leaving_ || holds_picture_ || will_get_one || !last_.has_value()) return;
  Sent again{.jpeg = *last_};
  again.jpeg.pts = again.jpeg.dts = handler_.stamp();
  replay_.push_back(std::move(again));
  SendWaiting();
}

void TranscodeLink::OnMedia(media::Message message) {
  std::visit(base::Overloaded{
                 [this](media::StreamInfo info) { handler_.on_info(std::move(info)); },
                 [this](media::Packet packet) {
                   last_out_pts_ = std::max(last_out_pts_, packet.pts);
                   if (output_room_ > 0) --output_room_;
                   handler_.on_packet(std::move(packet));
                 },
                 [](media::Gap) {},  // FrameDone says what became of each picture
             },
             std::move(message));
}

void TranscodeLink::OnDone(flow::FrameDone done) {
  const bool encoded = done.outcome == flow::FrameOutcome::kEncoded;
  holds_picture_ |= encoded;
  const auto it = std::find_if(unfinished_.begin(), unfinished_.end(),
                               [&](const Sent& sent) { return sent.jpeg.seq == done.seq; });
  if (it != unfinished_.end()) {
    if (encoded) last_ = std::move(it->jpeg);
    unfinished_.erase(it);
  }
  handler_.on_done(std::move(done));
  ResendLast();
}

void TranscodeLink::OnCredit(const flow::Credit& credit) {
  credits_ += credit.packets;
  SendWaiting();
}

// It finishes the pictures that it has, and ends the session. Newer ones wait for the next.
void TranscodeLink::OnDraining() {
  if (std::exchange(leaving_, true)) return;
  link_.Send(flow::End{});
  link_.EndWithin(kLeaveDeadline);
}

// It owes an answer to each picture, and repeats of the last, as long as there is room for output.
void TranscodeLink::ExpectAnswer() {
  const bool repeats = holds_picture_ && !options_.spec.no_repeats;
  link_.Expect(!open_ || (output_room_ > 0 && (repeats || !unfinished_.empty())));
}

void TranscodeLink::OnDown(const absl::Status& why, absl::Duration retry_in) {
  open_ = leaving_ = false;
  credits_ = output_room_ = 0;
  // What was to be sent again but was not yet is newer than what was sent.
  unfinished_.insert(unfinished_.end(), replay_.begin(), replay_.end());
  replay_.clear();
  for (Sent& sent : std::exchange(unfinished_, {})) {
    if (sent.sessions < kMaxSessions) {
      replay_.push_back(std::move(sent));
    } else if (!last_.has_value() || sent.jpeg.seq != last_->seq) {
      handler_.on_done({.seq = sent.jpeg.seq,
                        .outcome = flow::FrameOutcome::kFailed,
                        .detail = "transcode died over it twice"});
    }
  }
  SendWaiting();  // nothing can go, but what waits is counted
  handler_.on_down(why, retry_in);
}

void TranscodeLink::SendWaiting() {
  if (!leaving_) SendReplay();
  if (credits_ > 0 && !leaving_) {
    if (auto jpeg = waiting_.Take(); jpeg.has_value()) SendJpeg({.jpeg = *std::move(jpeg)});
  }
  const size_t depth = replay_.size() + (waiting_.empty() ? 0 : 1);
  depth_.store(static_cast<int>(depth), std::memory_order_relaxed);
  ExpectAnswer();
}

void TranscodeLink::SendReplay() {
  while (credits_ > 0 && !replay_.empty()) {
    Sent next = std::move(replay_.front());
    replay_.pop_front();
    SendJpeg(std::move(next));
  }
}

void TranscodeLink::SendJpeg(Sent sent) {
  --credits_;
  ++sent.sessions;
  if (owed_credits_ > 0) {
    output_room_ += owed_credits_;
    link_.SendTogether(flow::Credit{std::exchange(owed_credits_, 0)}, media::Message(sent.jpeg));
  } else {
    link_.Send(media::Message(sent.jpeg));
  }
  unfinished_.push_back(std::move(sent));
}

}  // namespace relayfleet::ingest
