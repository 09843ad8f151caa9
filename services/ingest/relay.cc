// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {

// Longest wait for publish to end the RTSP session.
constexpr absl::Duration kStopDeadline = absl::Seconds(2);

// Output packets that may wait here for publish.
constexpr int kOutputCredits = 8;

// A capture time further from the arrival than this comes from a clock that is wrong.
constexpr absl::Duration kMaxCaptureOffset = absl::Seconds(5);

bool IsPlausible(const Push& push) {
  return push.capture_time.has_value() &&
         absl::AbsDuration(*push.capture_time - push.arrival_time) <= kMaxCaptureOffset;
}

// Three repeats that did not come.
absl::Duration StallAfter(const flow::TranscodeSpec& spec) {
  return std::max(absl::Seconds(2), absl::Seconds(3) / spec.fill_fps);
}

media::Packet ToPacket(const Push& push, uint64_t seq, int64_t pts) {
  const bool trusted = IsPlausible(push);
  return {.seq = seq,
          .pts = pts,
          .dts = pts,
          .key = true,
          .capture_time = trusted ? *push.capture_time : push.arrival_time,
          .capture_trusted = trusted,
          .arrival_time = push.arrival_time,
          .arrival_mono = push.arrival_mono,
          .payload = push.jpeg};
}

// Tells the monitor and the observer of each picture's end.
class FrameEnds final : public FrameLedger::Observer {
 public:
  FrameEnds(const std::string& key, RelayMonitor& monitor, RelayObserver& observer)
      : key_(key), monitor_(monitor), observer_(observer) {}
  void OnFrameEnd(PushOutcome outcome, absl::Duration latency) override {
    monitor_.OnFrameEnd(outcome, latency);
    observer_.OnFrame(key_, outcome, latency);
  }

 private:
  const std::string& key_;
  RelayMonitor& monitor_;
  RelayObserver& observer_;
};

}  // namespace

std::shared_ptr<Relay> Relay::Start(Options options, std::shared_ptr<base::Executor> strand,
                                    Stages stages, RelayObserver& observer) {
  auto relay =
      std::make_shared<Relay>(Private(), std::move(options), std::move(strand), stages, observer);
  relay->Post([](Relay& self) {
    self.observer_.OnCreated(self.options_.key, self.options_.restored, self.options_.request);
    self.transcode_.Start();
    self.publish_.Start();
  });
  return relay;
}

Relay::Relay(Private, Options options, std::shared_ptr<base::Executor> strand, Stages stages,
             RelayObserver& observer)
    : options_(std::move(options)),
      strand_(std::move(strand)),
      observer_(observer),
      monitor_(strand_->clock(), {.stale_after = options_.spec.stale_after,
                                  .stall_after = StallAfter(options_.spec.transcode),
                                  .restored = options_.restored}),
      ends_(std::make_unique<FrameEnds>(options_.key, monitor_, observer_)),
      pacer_(options_.spec.max_fps),
      timeline_(strand_->clock().Wall(), strand_->clock().Monotonic()),
      ledger_(strand_->clock(), *ends_),
      transcode_(strand_, stages.transcode,
                 {.relay = options_.key,
                  .epoch = options_.epoch,
                  .spec = options_.spec.transcode,
                  .silence = StallAfter(options_.spec.transcode)},
                 TranscodeHandler()),
      publish_(strand_, stages.publish,
               {.path = options_.spec.path,
                .mediamtx_url = options_.spec.mediamtx_url,
                .epoch = options_.epoch},
               PublishHandler()) {}

void Relay::Post(absl::AnyInvocable<void(Relay&)> task) {
  strand_->Post([weak = weak_from_this(), task = std::move(task)]() mutable {
    if (auto self = weak.lock()) task(*self);
  });
}

TranscodeLink::Handler Relay::TranscodeHandler() {
  return {.on_info = [this](media::StreamInfo info) { publish_.SetInfo(std::move(info)); },
          .on_packet = [this](media::Packet packet) { OnPacket(std::move(packet)); },
          .on_done = [this](const flow::FrameDone& done) { OnFrameDone(done); },
          .on_superseded =
              [this](uint64_t seq) {
                ledger_.Drop(seq, PushOutcome::kSuperseded, "a newer picture took its place");
              },
          .on_up =
              [this](const flow::TranscodeOpened& opened) {
                monitor_.OnTranscodeUp(opened.encoder);
                observer_.OnStageUp(options_.key, "transcode", opened.encoder);
              },
          .on_encoder =
              [this](const flow::EncoderChanged& changed) {
                monitor_.OnTranscodeUp(changed.encoder);
                observer_.OnEncoderChanged(options_.key, changed);
              },
          .on_down = [this](const absl::Status& why,
                            absl::Duration retry_in) { OnDown("transcode", why, retry_in); },
          .on_silent = [this](absl::Duration limit) { OnSilent("transcode", limit); },
          .on_heard = [this] { monitor_.OnStageHeard("transcode"); },
          .stamp = [this] { return timeline_.Stamp(strand_->clock().Monotonic()); },
          .room = [this] { return kOutputCredits - std::min(kOutputCredits, publish_.waiting()); }};
}

PublishLink::Handler Relay::PublishHandler() {
  return {.on_up =
              [this](const flow::PublishOpened& opened) {
                for (const auto& [track, dts] : opened.last_dts_by_track) {
                  timeline_.ContinueAfter(dts, strand_->clock().Monotonic());
                }
                monitor_.OnPublishUp(opened.resumed);
                observer_.OnStageUp(options_.key, "publish", opened.resumed ? "resumed" : "new");
              },
          .on_room = [this](uint32_t packets) { transcode_.GrantOutput(packets); },
          .on_written = [this](uint64_t first, uint64_t last) { OnWritten(first, last); },
          .on_dropped = [this](uint64_t first, uint64_t last,
                               absl::string_view why) { ledger_.DropEncoded(first, last, why); },
          .on_need_key = [this](flow::NeedKeyReason) { transcode_.ForceIdr(); },
          .on_online =
              [this](const flow::Online& online) {
                monitor_.OnOnline(online);
                observer_.OnOnline(options_.key, online);
              },
          .on_lost =
              [this](const flow::Lost& lost) {
                monitor_.OnLost(lost);
                observer_.OnLost(options_.key, lost);
              },
          .on_down = [this](const absl::Status& why,
                            absl::Duration retry_in) { OnDown("publish", why, retry_in); },
          .on_silent = [this](absl::Duration limit) { OnSilent("publish", limit); },
          .on_heard = [this] { monitor_.OnStageHeard("publish"); }};
}

void Relay::Offer(Push push) {
  // Not through Post(): a relay that is gone still owes an answer.
  strand_->Post([weak = weak_from_this(), push = std::move(push)]() mutable {
    if (auto self = weak.lock()) return self->OnPush(std::move(push));
    push.done({PushOutcome::kFailed, "the relay was stopped", absl::ZeroDuration()});
  });
}

void Relay::OnPush(Push push) {
  if (stopped_) return Refuse(push, PushOutcome::kFailed, "the relay was stopped");
  if (!failed_.empty()) return Refuse(push, PushOutcome::kFailed, failed_);
  if (!pacer_.Admit(push.arrival_mono)) {
    return Refuse(push, PushOutcome::kRateLimited, "above max_fps");
  }
  monitor_.OnFrameIn();
  const uint64_t seq = next_seq_++;
  media::Packet packet = ToPacket(push, seq, timeline_.Stamp(push.arrival_mono));
  push.jpeg = nullptr;  // the packet carries it now
  ledger_.Accept(seq, std::move(push));
  transcode_.Offer(std::move(packet));
}

void Relay::Refuse(Push& push, PushOutcome outcome, absl::string_view detail) {
  monitor_.OnFrameRefused(outcome);
  observer_.OnFrame(options_.key, outcome, absl::ZeroDuration());
  observer_.OnRefused(options_.key, push.request, outcome, detail);
  push.done({outcome, std::string(detail), strand_->clock().Monotonic() - push.arrival_mono});
}

void Relay::RefuseBadImage(absl::string_view request, absl::string_view why) {
  monitor_.OnFrameRefused(PushOutcome::kBadImage);
  observer_.OnFrame(options_.key, PushOutcome::kBadImage, absl::ZeroDuration());
  observer_.OnRefused(options_.key, request, PushOutcome::kBadImage, why);
}

void Relay::OnPacket(media::Packet packet) {
  if (!ledger_.Encoded(packet.source_seq, publish_.next_seq())) monitor_.OnRepeat();
  publish_.Send(std::move(packet));
}

void Relay::OnFrameDone(const flow::FrameDone& done) {
  observer_.OnStageTimes(done);
  switch (done.outcome) {
    case flow::FrameOutcome::kEncoded:
      return;  // its packet went before
    case flow::FrameOutcome::kBadImage:
      return ledger_.Drop(done.seq, PushOutcome::kBadImage, done.detail);
    case flow::FrameOutcome::kSuperseded:
      return ledger_.Drop(done.seq, PushOutcome::kSuperseded, done.detail);
    case flow::FrameOutcome::kFailed:
      return ledger_.Drop(done.seq, PushOutcome::kFailed, done.detail);
  }
}

void Relay::OnDown(absl::string_view stage, const absl::Status& why, absl::Duration retry_in) {
  if (retry_in == absl::InfiniteDuration()) {
    failed_ = absl::StrCat(stage, ": ", why.message());
    monitor_.OnFailed(failed_);
    ledger_.DropAll(failed_);
    WakeWaiters();
  } else {
    monitor_.OnStageDown(stage, why.message(), retry_in);
  }
  observer_.OnStageDown(options_.key, stage, why.message(), retry_in);
}

void Relay::OnSilent(absl::string_view stage, absl::Duration limit) {
  monitor_.OnStageSilent(stage, limit);
  observer_.OnStageSilent(options_.key, stage, limit);
}

void Relay::OnWritten(uint64_t first, uint64_t last) {
  ledger_.Written(first, last);
  monitor_.OnPacketsWritten(last - first + 1);
  if (!waiters_.empty()) WakeWaiters();
}

uint64_t Relay::WhenReady(absl::Duration timeout, absl::AnyInvocable<void(bool)> done) {
  const uint64_t id = next_waiter_.fetch_add(1);
  strand_->Post([weak = weak_from_this(), id, timeout, done = std::move(done)]() mutable {
    if (auto self = weak.lock()) return self->AddWaiter(id, timeout, std::move(done));
    done(false);
  });
  return id;
}

void Relay::AddWaiter(uint64_t id, absl::Duration timeout, absl::AnyInvocable<void(bool)> done) {
  const bool over = stopped_ || !failed_.empty() || timeout <= absl::ZeroDuration();
  if (over || monitor_.ready()) return done(monitor_.ready());
  waiters_[id] = {.done = std::move(done),
                  .timeout = strand_->After(timeout, [weak = weak_from_this(), id] {
                    if (auto self = weak.lock()) self->EndWait(id);
                  })};
}

void Relay::Forget(uint64_t waiter) {
  Post([waiter](Relay& self) { self.EndWait(waiter); });
}

void Relay::EndWait(uint64_t waiter) {
  auto node = waiters_.extract(waiter);
  if (!node.empty()) node.mapped().done(monitor_.ready());
}

void Relay::WakeWaiters() {
  if (!monitor_.ready() && !stopped_ && failed_.empty()) return;
  for (auto& [id, waiter] : std::exchange(waiters_, {})) waiter.done(monitor_.ready());
}

void Relay::Stop(bool handover, std::string request, absl::AnyInvocable<void()> done) {
  // The task keeps the relay alive until publish is done.
  strand_->Post([self = shared_from_this(), handover, request = std::move(request),
                 done = std::move(done)]() mutable {
    if (std::exchange(self->stopped_, true)) return done();
    self->monitor_.OnStopped();
    self->observer_.OnStopped(self->options_.key, request);
    self->transcode_.Stop();
    self->ledger_.DropAll("the relay was stopped");
    self->WakeWaiters();
    self->publish_.Stop(handover, kStopDeadline,
                        [self, done = std::move(done)]() mutable { done(); });
  });
}

}  // namespace relayfleet::ingest
