// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/push_session.h"

#include <algorithm>
#include <utility>

namespace relayfleet::relayctl {

PushSession::PushSession(Stub& stub, const base::Clock& clock, PushStats& stats,
                         const std::string& key, relay::v1::AckLevel ack)
    : clock_(clock), stats_(stats) {
  stub.async()->PushFrames(&context_, this);
  // Writes come from outside of the reactions, so the stream is held open until Close().
  AddHold();
  request_.mutable_open()->set_key(key);
  request_.mutable_open()->set_ack(ack);
  StartWrite(&request_);
  StartRead(&response_);
  StartCall();
}

PushSession::~PushSession() { static_cast<void>(Close(absl::ZeroDuration())); }

bool PushSession::WaitForRoom(size_t max_in_flight, absl::Duration at_most) {
  base::MutexLock lock(&mutex_);
  changed_.WaitFor(&mutex_, at_most,
                   [&] { return broken_ || (!writing_ && sent_.size() < max_in_flight); });
  return !broken_ && !writing_ && sent_.size() < max_in_flight;
}

void PushSession::Send(std::string jpeg) {
  {
    base::MutexLock lock(&mutex_);
    writing_ = true;
    sent_[++last_id_] = clock_.Monotonic();
    request_.mutable_frame()->set_id(last_id_);
  }
  request_.mutable_frame()->set_jpeg(std::move(jpeg));
  stats_.Sent();
  StartWrite(&request_);
}

bool PushSession::broken() const {
  base::MutexLock lock(&mutex_);
  return broken_;
}

absl::Duration PushSession::silence() const {
  base::MutexLock lock(&mutex_);
  if (sent_.empty()) return absl::ZeroDuration();
  return clock_.Monotonic() - std::max(last_answer_, sent_.begin()->second);
}

bool PushSession::ever_answered() const {
  base::MutexLock lock(&mutex_);
  return ever_answered_;
}

absl::Status PushSession::Close(absl::Duration grace) {
  bool orderly = false;
  {
    base::MutexLock lock(&mutex_);
    if (closed_) return status_;
    closed_ = true;
    changed_.WaitFor(&mutex_, grace, [this] { return broken_ || (!writing_ && sent_.empty()); });
    orderly = !broken_ && !writing_ && sent_.empty();
  }
  if (orderly) StartWritesDone();
  RemoveHold();
  base::MutexLock lock(&mutex_);
  // A broken stream brings its own status; what is cancelled here has none of its own.
  const bool ended = broken_ || orderly
                         ? changed_.WaitFor(&mutex_, absl::Seconds(1), [this] { return done_; })
                         : done_;
  if (!ended) context_.TryCancel();
  changed_.Wait(&mutex_, [this] { return done_; });
  stats_.Unanswered(sent_.size());
  sent_.clear();
  if (!ended) status_ = orderly ? absl::OkStatus() : absl::UnavailableError("no answer");
  return status_;
}

void PushSession::OnWriteDone(bool ok) {
  base::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) broken_ = true;
  changed_.NotifyAll();
}

void PushSession::OnReadDone(bool ok) {
  base::MutexLock lock(&mutex_);
  if (ok) {
    Answer(response_);
  } else {
    broken_ = true;
  }
  changed_.NotifyAll();
  // Under the lock, so that Close() can't drop the last hold in between.
  if (ok) StartRead(&response_);
}

void PushSession::Answer(const relay::v1::PushFramesResponse& response) {
  const auto frame = sent_.find(response.id());
  if (frame == sent_.end()) return;
  last_answer_ = clock_.Monotonic();
  ever_answered_ = true;
  stats_.Answered(response.outcome(), last_answer_ - frame->second, response.detail());
  sent_.erase(frame);
}

void PushSession::OnDone(const grpc::Status& status) {
  base::MutexLock lock(&mutex_);
  status_ = ToStatus(status);
  broken_ = true;
  done_ = true;
  changed_.NotifyAll();
}

}  // namespace relayfleet::relayctl
