// SPDX-License-Identifier: Apache-2.0

#include "services/publish/path_session.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/media/ticks.h"

namespace relayfleet::publish {
namespace {

// Over gRPC only the time of day came along.
absl::Duration LatencyOf(const media::Packet& packet, const base::Clock& clock) {
  absl::Duration latency;
  if (packet.arrival_mono > absl::ZeroDuration()) {
    latency = clock.Monotonic() - packet.arrival_mono;
  } else if (packet.arrival_time != absl::InfinitePast()) {
    latency = clock.Wall() - packet.arrival_time;
  }
  return std::max(latency, absl::ZeroDuration());
}

}  // namespace

std::shared_ptr<PathSession> PathSession::Create(Setup setup) {
  return std::make_shared<PathSession>(Private(), std::move(setup));
}

PathSession::PathSession(Private, Setup setup)
    : strand_(setup.strand),
      instance_(std::move(setup.instance)),
      path_(setup.path),
      server_(setup.server),
      options_(setup.options),
      observer_(std::move(setup.observer)),
      on_ended_(std::move(setup.on_ended)),
      on_missed_(std::move(setup.on_missed)),
      key_requests_(setup.strand, options_.key_interval,
                    [this](flow::NeedKeyReason reason) { SendNeedKey(reason); }),
      outlet_(setup.strand, std::move(setup.dialer), setup.server, setup.path, options_.outlet,
              OutletHandler()) {
  status_.path = path_;
  status_.server = server_.Name();
}

Outlet::Handler PathSession::OutletHandler() {
  return {.on_written = [this](uint64_t tag,
                               const media::Packet& packet) { OnSettled(tag, packet, {}); },
          .on_dropped = [this](uint64_t tag, const media::Packet& packet,
                               DropReason reason) { OnSettled(tag, packet, reason); },
          .on_need_key =
              [this](flow::NeedKeyReason reason) {
                if (owner_) key_requests_.Request(reason);
              },
          .on_key =
              [this] {
                key_requests_.OnKey();
                ArmPeriodicKey();
              },
          .on_online = [this] { OnOnline(); },
          .on_lost = [this](const flow::Lost& lost) { OnLost(lost); }};
}

template <typename Task>
void PathSession::Run(const Call& call, Task task) {
  if (call.strand() == strand_) return task();
  strand_->Post(std::move(task));
}

// --- calls ---------------------------------------------------------------------------------------

void PathSession::Adopt(std::shared_ptr<Call> call, flow::PublishOpen open) {
  Run(*call, [self = shared_from_this(), call, open = std::move(open)]() mutable {
    self->DoAdopt(std::move(call), std::move(open));
  });
}

void PathSession::DoAdopt(std::shared_ptr<Call> call, flow::PublishOpen open) {
  if (call->over()) {
    // Made for this call alone, it would never end.
    if (last_tag_ == 0) End();
    return;
  }
  if (ended_) return on_missed_(call, std::move(open));
  if (open.epoch < epoch_) {
    const auto refusal = base::LowerEpoch("path", open.epoch, epoch_);
    observer_->OnRefused(refusal);
    return call->Close(refusal);
  }
  epoch_ = open.epoch;
  Supersede();
  linger_.Cancel();
  const auto linger = std::clamp(open.linger, absl::ZeroDuration(), options_.max_linger);
  owner_.emplace(Owner{.call = std::move(call),
                       .tag = ++last_tag_,
                       .linger = linger,
                       .credits = CreditWindow(options_.credits)});
  UpdateStatus([&](PathStatus* status) {
    status->attached = true;
    status->epoch = epoch_;
  });
  observer_->OnAttached(path_, epoch_, outlet_.online());
  Welcome();
}

void PathSession::Supersede() {
  if (owner_) {
    owner_->call->Send(flow::Superseded{epoch_});
    Disown(base::SupersededBy("path", epoch_));
  }
  outlet_.BeginStream();
}

void PathSession::Welcome() {
  flow::PublishOpened opened = {.resumed = outlet_.online(), .instance = instance_};
  opened.last_dts_by_track = outlet_.tracks().last_dts();
  opened.written_by_track = outlet_.tracks().written();
  const auto together = owner_->call->Together();
  owner_->call->Send(std::move(opened));
  owner_->call->Send(flow::Credit{owner_->credits.Grant()});
  if (outlet_.online()) SendOnline();
  if (lost_) owner_->call->Send(*lost_);
  if (draining_) owner_->call->Send(flow::Draining());
  ArmPeriodicKey();
}

void PathSession::OnMedia(const std::shared_ptr<Call>& call, media::Message message) {
  Run(*call, [self = shared_from_this(), call, message = std::move(message)]() mutable {
    if (self->Owns(call.get()) && !self->stopping_) self->DoMedia(std::move(message));
  });
}

void PathSession::OnClose(const std::shared_ptr<Call>& call, flow::PublishClose close) {
  Run(*call, [self = shared_from_this(), call, close] {
    if (self->Owns(call.get()) && !self->stopping_) self->DoClose(close.handover);
  });
}

void PathSession::OnBroken(const std::shared_ptr<Call>& call, absl::Status status) {
  Run(*call, [self = shared_from_this(), call, status = std::move(status)] {
    if (!self->Owns(call.get())) return;
    if (self->stopping_) return self->Stop();
    const absl::Duration linger = self->owner_->linger;
    self->Disown(status);
    self->Linger(linger);
  });
}

void PathSession::DoClose(bool handover) {
  if (!handover) {
    if (outlet_.idle()) return Stop();
    // The stream's last pictures get a moment to leave.
    stopping_ = true;
    return StopIn(options_.stop_wait);
  }
  const absl::Duration linger = owner_->linger;
  Report();
  Disown(absl::OkStatus());
  Linger(linger);
}

void PathSession::StopIn(absl::Duration wait) {
  stop_ = strand_->After(wait, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && self->stopping_) self->Stop();
  });
}

void PathSession::Stop() {
  outlet_.Stop();  // first, so that the call hears of what is dropped
  Report();
  Disown(absl::OkStatus());
  End();
}

// --- media ---------------------------------------------------------------------------------------

void PathSession::DoMedia(media::Message message) {
  absl::Status status;
  if (const auto* info = std::get_if<media::StreamInfo>(&message)) {
    status = OnInfo(*info);
  } else if (const auto* gap = std::get_if<media::Gap>(&message)) {
    status = OnGap(*gap);
  } else {
    status = OnPacket(std::get<media::Packet>(std::move(message)));
  }
  if (status.ok()) return;
  const absl::Duration linger = owner_->linger;
  Report();
  Disown(status);
  Linger(linger);
}

absl::Status PathSession::OnInfo(const media::StreamInfo& info) {
  if (auto status = outlet_.SetFormat(info); !status.ok()) return status;
  owner_->has_format = true;
  std::vector<uint32_t> ids;
  for (const media::Track& track : info.tracks) ids.push_back(track.id);
  owner_->credits.SetTracks(ids);
  if (const uint32_t credits = owner_->credits.Grant(); credits > 0) {
    owner_->call->Send(flow::Credit{credits});
  }
  return absl::OkStatus();
}

absl::Status PathSession::OnPacket(media::Packet packet) {
  if (!owner_->has_format) return base::OutOfOrder("a packet before the stream's description");
  if (packet.payload == nullptr || packet.payload->empty()) {
    return base::InvalidField("packet.payload", "empty");
  }
  const media::Track* track = outlet_.tracks().Find(packet.track);
  if (track == nullptr) return base::InvalidField("packet.track", "unknown");
  const absl::Duration dts = media::FromTicks(packet.dts, track->clock_rate);
  if (!owner_->credits.Take(packet.track, dts)) return base::QueueFull("publish");
  owner_->progress.Arrive(packet.seq);
  outlet_.Push(std::move(packet), owner_->tag);
  observer_->OnReceived(path_, outlet_.queued());
  return absl::OkStatus();
}

absl::Status PathSession::OnGap(const media::Gap& gap) {
  if (gap.last < gap.first) return base::InvalidField("gap.last", "before its first");
  owner_->progress.Skip(gap.last);
  outlet_.MarkGap();
  ReportSoon();
  return absl::OkStatus();
}

void PathSession::OnSettled(uint64_t tag, const media::Packet& packet,
                            std::optional<DropReason> dropped) {
  UpdateStatus(
      [&](PathStatus* status) { dropped ? ++status->packets_dropped : ++status->packets_written; });
  if (dropped) {
    observer_->OnDropped(path_, *dropped);
  } else {
    observer_->OnWritten(path_, packet.payload->size(), LatencyOf(packet, strand_->clock()));
  }
  observer_->OnQueueDepth(path_, outlet_.queued());
  if (stopping_ && outlet_.idle()) StopIn(absl::ZeroDuration());
  if (!owner_ || owner_->tag != tag) return;
  owner_->progress.Settle(packet.seq, dropped.has_value());
  owner_->credits.Settle();
  ReportSoon();
}

void PathSession::ReportSoon() {
  if (report_pending_) return;
  report_pending_ = true;
  const absl::Duration pause =
      last_report_ + options_.report_interval - strand_->clock().Monotonic();
  // Not inside the outlet's call, so that what it settles at once goes out as one.
  auto report = [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Report();
  };
  if (pause <= absl::ZeroDuration()) return strand_->Post(std::move(report));
  report_ = strand_->After(pause, std::move(report));
}

void PathSession::Report() {
  report_.Cancel();
  if (!std::exchange(report_pending_, false) || !owner_) return;
  last_report_ = strand_->clock().Monotonic();
  const auto together = owner_->call->Together();
  while (const auto written = owner_->progress.Next()) owner_->call->Send(*written);
  if (const uint32_t credits = owner_->credits.Grant(); credits > 0) {
    owner_->call->Send(flow::Credit{credits});
  }
}

// --- the RTSP session ----------------------------------------------------------------------------

void PathSession::OnOnline() {
  lost_.reset();
  bool first = false;
  UpdateStatus([&](PathStatus* status) {
    status->online = true;
    first = status->sessions++ == 0;
  });
  observer_->OnOnline(path_, first);
  SendOnline();
  ArmPeriodicKey();
}

void PathSession::OnLost(const flow::Lost& lost) {
  lost_ = lost;
  periodic_key_.Cancel();
  key_requests_.Forget();
  UpdateStatus([&](PathStatus* status) {
    status->online = false;
    status->last_error = lost.reason;
  });
  observer_->OnLost(path_, lost);
  if (!owner_) return End();  // else it would fight with the next owner's session elsewhere
  owner_->call->Send(lost);
}

void PathSession::SendOnline() {
  if (!owner_) return;
  owner_->call->Send(
      flow::Online{.rtsp_url = server_.ReaderUrl(path_), .control_api = control_api_});
}

void PathSession::SendNeedKey(flow::NeedKeyReason reason) {
  if (!owner_) return;
  observer_->OnNeedKey(path_, reason);
  owner_->call->Send(flow::NeedKey{reason});
}

void PathSession::ArmPeriodicKey() {
  if (!owner_ || readers_observed_ || !outlet_.online()) return periodic_key_.Cancel();
  periodic_key_ = strand_->After(options_.periodic_key, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr) return;
    self->key_requests_.Request(flow::NeedKeyReason::kPeriodic);
    self->ArmPeriodicKey();
  });
}

void PathSession::OnReader() {
  strand_->Post([self = shared_from_this()] {
    if (self->owner_ && self->outlet_.online()) {
      self->key_requests_.Request(flow::NeedKeyReason::kReader);
    }
  });
}

void PathSession::SetObserved(bool readers, bool control_api) {
  strand_->Post([self = shared_from_this(), readers, control_api] {
    self->readers_observed_ = readers;
    self->ArmPeriodicKey();
    if (std::exchange(self->control_api_, control_api) == control_api) return;
    if (self->outlet_.online()) self->SendOnline();
  });
}

void PathSession::RetryNow() {
  strand_->Post([self = shared_from_this()] { self->outlet_.RetryNow(); });
}

// --- its end -------------------------------------------------------------------------------------

void PathSession::Drain() {
  strand_->Post([self = shared_from_this()] {
    if (std::exchange(self->draining_, true)) return;
    if (!self->owner_) return self->End();
    self->owner_->call->Send(flow::Draining());
  });
}

void PathSession::Disown(const absl::Status& why) {
  observer_->OnDetached(path_, why);
  owner_->call->Close(why);
  owner_.reset();
  stopping_ = false;
  stop_.Cancel();
  report_.Cancel();
  report_pending_ = false;
  periodic_key_.Cancel();
  key_requests_.Forget();
  UpdateStatus([](PathStatus* status) { status->attached = false; });
}

// The RTSP session stays for the next owner. One that is not there, or on the way out, has nothing
// to stay for.
void PathSession::Linger(absl::Duration linger) {
  if (draining_ || !outlet_.online()) return End();
  linger_ = strand_->After(linger, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->End();
  });
}

void PathSession::End() {
  if (std::exchange(ended_, true)) return;
  linger_.Cancel();
  outlet_.Stop();
  UpdateStatus([](PathStatus* status) { status->online = false; });
  // It may be the outlet that called, which needs us until it returns.
  strand_->Post([self = shared_from_this()] {});
  on_ended_(this);
  observer_->OnGone(path_);
}

PathStatus PathSession::status() const {
  base::MutexLock lock(&mutex_);
  return status_;
}

template <typename Change>
void PathSession::UpdateStatus(Change change) {
  base::MutexLock lock(&mutex_);
  change(&status_);
}

}  // namespace relayfleet::publish
