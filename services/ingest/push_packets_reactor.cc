// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/push_packets_reactor.h"

#include <utility>

#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"

namespace relayfleet::ingest {

PushPacketsReactor* PushPacketsReactor::Start(RelayManager& manager, PushSeats& seats,
                                              std::shared_ptr<base::Executor> strand) {
  std::shared_ptr<PushPacketsReactor> reactor(
      new PushPacketsReactor(manager, seats, std::move(strand)));
  reactor->self_ = reactor;
  reactor->Post(&PushPacketsReactor::Continue);
  return reactor.get();
}

void PushPacketsReactor::Post(absl::AnyInvocable<void(PushPacketsReactor&)> task) {
  strand_->Post([self = shared_from_this(), task = std::move(task)]() mutable { task(*self); });
}

void PushPacketsReactor::OnDone() {
  if (seat_ != 0) seats_.Leave(key_, seat_);
  self_ = nullptr;
}

void PushPacketsReactor::OnCancel() {
  Post([](PushPacketsReactor& self) {
    self.gone_ = true;
    self.End(absl::CancelledError("the caller went away"));
  });
}

void PushPacketsReactor::OnReadDone(bool ok) {
  const absl::Status status = ok ? OnRequest() : absl::OkStatus();
  Post([ok, status](PushPacketsReactor& self) {
    self.reading_ = false;
    if (!ok || !status.ok()) return self.End(status);
    self.Continue();
  });
}

absl::Status PushPacketsReactor::OnRequest() {
  if (request_.has_open()) return OnOpen(request_.open());
  if (seat_ == 0 || !request_.has_unit()) return base::OutOfOrder("the first message is open");
  return OnUnit(std::move(*request_.mutable_unit()));
}

absl::Status PushPacketsReactor::OnOpen(const relay::v1::PushPacketsRequest::Open& open) {
  if (seat_ != 0) return base::OutOfOrder("open came before");
  if (const auto relay = manager_.FindForUnits(open.key()); !relay.ok()) return relay.status();
  key_ = open.key();
  seat_ = seats_.Take(key_, [weak = weak_from_this(), key = key_] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->Post([key](PushPacketsReactor& reactor) { reactor.End(base::PushedByAnother(key)); });
  });
  return absl::OkStatus();
}

absl::Status PushPacketsReactor::OnUnit(relay::v1::PushPacketsRequest::AccessUnit unit) {
  // Looked up each time: a relay may be deleted and made again under a long stream.
  const auto relay = manager_.FindForUnits(key_);
  if (!relay.ok()) return relay.status();
  Post([](PushPacketsReactor& self) { ++self.open_; });
  const auto done = [self = shared_from_this()](UnitOutcome outcome) {
    self->Post([outcome](PushPacketsReactor& reactor) { reactor.OnOutcome(outcome); });
  };
  if (unit.annexb().empty() || static_cast<int64_t>(unit.annexb().size()) > base::kMaxBodyBytes) {
    done(UnitOutcome::kDropped);
    return absl::OkStatus();
  }
  UnitPush push{.annexb = media::MakePayload(std::move(*unit.mutable_annexb())),
                .arrival_time = strand_->clock().Wall(),
                .arrival_mono = strand_->clock().Monotonic(),
                .done = done};
  if (unit.has_capture_time()) push.capture_time = rpc::FromProto(unit.capture_time());
  (*relay)->OfferUnit(std::move(push));
  return absl::OkStatus();
}

void PushPacketsReactor::OnOutcome(UnitOutcome outcome) {
  --open_;
  if (outcome == UnitOutcome::kNoSuchUse) return End(base::NotAnAnnexbRelay(key_));
  progress_.set_accepted(progress_.accepted() + 1);
  if (outcome == UnitOutcome::kDropped) progress_.set_dropped(progress_.dropped() + 1);
  untold_ = true;
  Continue();
}

void PushPacketsReactor::OnWriteDone(bool ok) {
  Post([ok](PushPacketsReactor& self) {
    self.writing_ = false;
    if (ok) return self.Continue();
    self.gone_ = true;
    self.End(absl::CancelledError("the caller went away"));
  });
}

void PushPacketsReactor::End(const absl::Status& why) {
  if (!no_more_) end_ = why;
  no_more_ = true;
  Continue();
}

void PushPacketsReactor::Continue() {
  if (finished_) return;
  const bool last = no_more_ && open_ == 0;
  if (!writing_ && !gone_ && untold_ && (last || !pausing_)) WriteProgress();
  if (!reading_ && !no_more_ && open_ < kMaxOpen) {
    reading_ = true;
    StartRead(&request_);
  }
  if (last && !writing_) {
    // A superseded caller may still be silent: its read ends with the call.
    finished_ = true;
    pause_.Cancel();
    Finish(rpc::ToGrpc(end_));
  }
}

void PushPacketsReactor::WriteProgress() {
  untold_ = false;
  writing_ = pausing_ = true;
  on_its_way_ = progress_;
  StartWrite(&on_its_way_);
  pause_ = strand_->After(kProgress, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr) return;
    self->pausing_ = false;
    self->Continue();
  });
}

}  // namespace relayfleet::ingest
