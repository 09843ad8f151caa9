// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "services/ingest/frames_feed.h"
#include "services/ingest/source_feed.h"

namespace relayfleet::ingest {
namespace {

// Longest wait for publish to end the RTSP session.
constexpr absl::Duration kStopDeadline = absl::Seconds(2);

// Between two looks whether publish has taken the end of a finished source.
constexpr absl::Duration kEndInterval = absl::Milliseconds(50);

RelayMonitor::Options MonitorOptions(const ResolvedSpec& spec, bool restored) {
  return {.stale_after = spec.stale_after,
          .stall_after = FramesFeed::StallAfter(spec.transcode),
          .restored = restored,
          .reads_source = !std::holds_alternative<FramesSpec>(spec.source)};
}

}  // namespace

std::shared_ptr<Relay> Relay::Start(Options options, std::shared_ptr<base::Executor> strand,
                                    Stages stages, RelayObserver& observer) {
  auto relay =
      std::make_shared<Relay>(Private(), std::move(options), std::move(strand), stages, observer);
  relay->Post([](Relay& self) {
    self.observer_.OnCreated(self.key_, self.restored_, self.request_);
    self.feed_->Start();
    self.publish_->Start();
  });
  return relay;
}

Relay::Relay(Private, Options options, std::shared_ptr<base::Executor> strand, Stages stages,
             RelayObserver& observer)
    : key_(std::move(options.key)),
      epoch_(options.epoch),
      request_(std::move(options.request)),
      restored_(options.restored),
      strand_(std::move(strand)),
      stages_(stages),
      observer_(observer),
      monitor_(strand_->clock(), MonitorOptions(options.spec, options.restored)),
      stream_(strand_->clock()),
      path_(options.spec.path),
      mediamtx_url_(options.spec.mediamtx_url),
      waiters_(strand_, [this] { return monitor_.ready(); }),
      publish_(NewPublishLink(options.spec, 1)) {
  stream_.SetLink(publish_.get());
  feed_ = NewFeed(options.spec, std::move(options.source));
}

Relay::~Relay() = default;

void Relay::Post(absl::AnyInvocable<void(Relay&)> task) {
  strand_->Post([weak = weak_from_this(), task = std::move(task)]() mutable {
    if (auto self = weak.lock()) task(*self);
  });
}

std::unique_ptr<PublishLink> Relay::NewPublishLink(const ResolvedSpec& spec, uint64_t first_seq) {
  return std::make_unique<PublishLink>(strand_, stages_.publish,
                                       PublishLink::Options{.path = spec.path,
                                                            .mediamtx_url = spec.mediamtx_url,
                                                            .epoch = epoch_,
                                                            .first_seq = first_seq},
                                       PublishHandler());
}

std::unique_ptr<Feed> Relay::NewFeed(const ResolvedSpec& spec, std::unique_ptr<Source> source) {
  FeedContext context{.key = key_,
                      .epoch = epoch_,
                      .strand = strand_,
                      .transcode = stages_.transcode,
                      .stream = stream_,
                      .last_picture = last_picture_,
                      .monitor = monitor_,
                      .observer = observer_};
  Feed::Handler handler{.on_failed = [this](std::string why) { OnFailed(std::move(why)); },
                        .on_finished = [this] { OnFinished(); }};
  if (!std::holds_alternative<FramesSpec>(spec.source)) last_picture_.reset();
  SourceFeed::Options options{.output = spec.output, .stall_after = spec.stall_after};
  if (source != nullptr) {
    return SourceFeed::OfSource(std::move(context), std::move(options), std::move(source),
                                std::move(handler));
  }
  if (std::holds_alternative<AnnexbSpec>(spec.source)) {
    return SourceFeed::OfPushedUnits(std::move(context), std::move(options), std::move(handler));
  }
  return std::make_unique<FramesFeed>(
      std::move(context), FramesFeed::Options{.spec = spec.transcode, .max_fps = spec.max_fps},
      std::move(handler));
}

PublishLink::Handler Relay::PublishHandler() {
  return {.on_up =
              [this](const flow::PublishOpened& opened) {
                stream_.OnPublishUp(opened);
                monitor_.OnPublishUp(opened.resumed);
                observer_.OnStageUp(key_, "publish", opened.resumed ? "resumed" : "new");
              },
          .on_room = [this](uint32_t packets) { feed_->OnRoom(packets); },
          .on_written = [this](uint64_t first, uint64_t last,
                               uint32_t track) { OnWritten(first, last, track); },
          .on_dropped = [this](uint64_t first, uint64_t last,
                               absl::string_view why) { feed_->OnDropped(first, last, why); },
          .on_need_key = [this](flow::NeedKeyReason reason) { feed_->OnNeedKey(reason); },
          .on_online =
              [this](const flow::Online& online) {
                monitor_.OnOnline(online);
                observer_.OnOnline(key_, online);
              },
          .on_lost =
              [this](const flow::Lost& lost) {
                monitor_.OnLost(lost);
                observer_.OnLost(key_, lost);
              },
          .on_down = [this](const absl::Status& why,
                            absl::Duration retry_in) { OnPublishDown(why, retry_in); },
          .on_silent = [this](absl::Duration limit) { OnPublishSilent(limit); },
          .on_heard = [this] { monitor_.OnStageHeard("publish"); }};
}

void Relay::Offer(Push push) {
  // Not through Post(): a relay that is gone still owes an answer.
  strand_->Post([weak = weak_from_this(), push = std::move(push)]() mutable {
    if (auto self = weak.lock()) return self->feed_->Offer(std::move(push));
    push.done({PushOutcome::kFailed, "the relay was stopped", absl::ZeroDuration()});
  });
}

void Relay::OfferUnit(UnitPush push) {
  strand_->Post([weak = weak_from_this(), push = std::move(push)]() mutable {
    if (auto self = weak.lock()) return self->feed_->OfferUnit(std::move(push));
    push.done(UnitOutcome::kNoSuchUse);
  });
}

void Relay::RefuseBadImage(absl::string_view request, absl::string_view why) {
  monitor_.OnFrameRefused(PushOutcome::kBadImage);
  observer_.OnFrame(key_, PushOutcome::kBadImage, absl::ZeroDuration());
  observer_.OnRefused(key_, request, PushOutcome::kBadImage, why);
}

void Relay::Update(ResolvedSpec spec, std::unique_ptr<Source> source) {
  Post([spec = std::move(spec), source = std::move(source)](Relay& self) mutable {
    if (!self.stopped_) self.OnUpdate(spec, std::move(source));
  });
}

void Relay::OnUpdate(const ResolvedSpec& spec, std::unique_ptr<Source> source) {
  feed_->Stop("the relay was changed");
  const bool same_target = spec.path == path_ && spec.mediamtx_url == mediamtx_url_;
  const bool ended = finished_ || !failed_.empty();
  monitor_.OnUpdated(MonitorOptions(spec, /*restored=*/false));
  finished_ = false;
  failed_.clear();
  if (!same_target || ended) ReplacePublish(spec);
  auto feed = NewFeed(spec, std::move(source));
  {
    base::MutexLock lock(&mutex_);
    feed_.swap(feed);
  }
  feed.reset();  // it may hold what the new one needs, as a port
  feed_->Start();
}

void Relay::ReplacePublish(const ResolvedSpec& spec) {
  path_ = spec.path;
  mediamtx_url_ = spec.mediamtx_url;
  auto link = NewPublishLink(spec, publish_->next_seq());
  {
    base::MutexLock lock(&mutex_);
    publish_.swap(link);
  }
  monitor_.OnPublishReplaced();
  stream_.SetLink(publish_.get());
  publish_->Start();
  retired_.push_back(std::move(link));
  PublishLink* old = retired_.back().get();
  old->Stop(/*handover=*/false, kStopDeadline, [this, old] {
    Post([old](Relay& self) {
      self.retired_.remove_if([old](const auto& retired) { return retired.get() == old; });
    });
  });
}

void Relay::OnPublishSilent(absl::Duration limit) {
  monitor_.OnStageSilent("publish", limit);
  observer_.OnStageSilent(key_, "publish", limit);
}

void Relay::OnPublishDown(const absl::Status& why, absl::Duration retry_in) {
  observer_.OnStageDown(key_, "publish", why.message(), retry_in);
  if (retry_in == absl::InfiniteDuration())
    return OnFailed(absl::StrCat("publish: ", why.message()));
  monitor_.OnStageDown("publish", why.message(), retry_in);
}

void Relay::OnFailed(std::string why) {
  failed_ = std::move(why);
  monitor_.OnFailed(failed_);
  feed_->Stop(failed_);
  publish_->Stop(/*handover=*/false, kStopDeadline, [] {});
  WakeWaiters();
}

void Relay::OnFinished() {
  finished_ = true;
  monitor_.OnStopped();
  WakeWaiters();
  EndPublish(strand_->clock().Monotonic() + kStopDeadline);
}

// What waits for room in publish goes out first.
void Relay::EndPublish(absl::Duration deadline) {
  if (stopped_) return;
  if (publish_->waiting() == 0 || strand_->clock().Monotonic() >= deadline) {
    return publish_->Stop(/*handover=*/false, kStopDeadline, [] {});
  }
  ending_ = strand_->After(kEndInterval, [this, deadline] { EndPublish(deadline); });
}

void Relay::OnWritten(uint64_t first, uint64_t last, uint32_t track) {
  feed_->OnWritten(first, last);
  if (!stream_.IsAudio(track)) monitor_.OnPacketsWritten(last - first + 1);
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
  const bool over = stopped_ || finished_ || !failed_.empty() || timeout <= absl::ZeroDuration();
  if (over || monitor_.ready()) return done(monitor_.ready());
  waiters_.Add(id, timeout, std::move(done));
}

void Relay::Forget(uint64_t waiter) {
  Post([waiter](Relay& self) { self.waiters_.End(waiter); });
}

void Relay::WakeWaiters() {
  if (monitor_.ready() || stopped_ || finished_ || !failed_.empty()) waiters_.EndAll();
}

void Relay::Stop(bool handover, std::string request, absl::AnyInvocable<void()> done) {
  // The task keeps the relay alive until publish is done.
  strand_->Post([self = shared_from_this(), handover, request = std::move(request),
                 done = std::move(done)]() mutable {
    if (std::exchange(self->stopped_, true)) return done();
    self->ending_.Cancel();
    self->monitor_.OnStopped();
    self->observer_.OnStopped(self->key_, request);
    self->feed_->Stop("the relay was stopped");
    self->WakeWaiters();
    self->publish_->Stop(handover, kStopDeadline,
                         [self, done = std::move(done)]() mutable { done(); });
  });
}

Relay::Queued Relay::queued() const {
  base::MutexLock lock(&mutex_);
  return {feed_->waiting(), publish_->waiting()};
}

}  // namespace relayfleet::ingest
