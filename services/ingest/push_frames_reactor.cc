// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/push_frames_reactor.h"

#include <utility>

#include "libs/base/errors.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "services/ingest/admission.h"
#include "services/ingest/push_convert.h"

namespace relayfleet::ingest {

PushFramesReactor* PushFramesReactor::Start(std::string request, RelayManager& manager,
                                            const base::Clock& clock) {
  std::shared_ptr<PushFramesReactor> reactor(
      new PushFramesReactor(std::move(request), manager, clock));
  reactor->self_ = reactor;
  reactor->Continue();
  return reactor.get();
}

void PushFramesReactor::OnDone() { self_ = nullptr; }

void PushFramesReactor::OnCancel() {
  {
    base::MutexLock lock(&mutex_);
    no_more_ = true;
    answers_.clear();
    unanswered_ = 0;
    end_ = absl::CancelledError("the caller went away");
  }
  Continue();
}

void PushFramesReactor::OnReadDone(bool ok) {
  const absl::Status status = ok ? OnRequest() : absl::OkStatus();
  {
    base::MutexLock lock(&mutex_);
    reading_ = false;
    if (!ok || !status.ok()) no_more_ = true;
    end_.Update(status);
  }
  Continue();
}

absl::Status PushFramesReactor::OnRequest() {
  if (request_.has_open()) return OnOpen(request_.open());
  if (key_.empty() || !request_.has_frame()) return base::OutOfOrder("the first message is open");
  {
    base::MutexLock lock(&mutex_);
    ++unanswered_;
  }
  OnFrame(std::move(*request_.mutable_frame()));
  return absl::OkStatus();
}

absl::Status PushFramesReactor::OnOpen(const relay::v1::PushFramesRequest::Open& open) {
  if (!key_.empty()) return base::OutOfOrder("open came before");
  const auto stage = StageOf(open.ack());
  if (!stage.ok()) return stage.status();
  if (const auto relay = manager_.FindForFrames(open.key()); !relay.ok()) return relay.status();
  key_ = open.key();
  stage_ = *stage;
  return absl::OkStatus();
}

void PushFramesReactor::OnFrame(relay::v1::PushFramesRequest::Frame frame) {
  Push push{.request = call_id_,
            .arrival_time = clock_.Wall(),
            .arrival_mono = clock_.Monotonic(),
            .wait_for = stage_};
  push.done = [self = shared_from_this(), id = frame.id()](const PushResult& result) {
    self->Acknowledge(id, result);
  };
  // Looked up each time: a relay may be deleted and made again under a long stream.
  const auto relay = manager_.FindForFrames(key_);
  if (!relay.ok()) {
    return push.done({PushOutcome::kFailed, std::string(relay.status().message())});
  }
  auto jpeg = AdmitJpeg(std::move(*frame.mutable_jpeg()));
  if (!jpeg.ok()) {
    (*relay)->RefuseBadImage(call_id_, jpeg.status().message());
    return push.done({PushOutcome::kBadImage, std::string(jpeg.status().message())});
  }
  push.jpeg = *std::move(jpeg);
  if (frame.has_capture_time()) push.capture_time = rpc::FromProto(frame.capture_time());
  (*relay)->Offer(std::move(push));
}

void PushFramesReactor::Acknowledge(uint64_t id, const PushResult& result) {
  relay::v1::PushFramesResponse answer;
  answer.set_id(id);
  FillResponse(result, &answer);
  {
    base::MutexLock lock(&mutex_);
    if (finished_ || unanswered_ == 0) return;  // the caller went away
    --unanswered_;
    answers_.push_back(std::move(answer));
  }
  Continue();
}

void PushFramesReactor::OnWriteDone(bool ok) {
  {
    base::MutexLock lock(&mutex_);
    writing_ = false;
  }
  if (!ok) return OnCancel();
  Continue();
}

void PushFramesReactor::Continue() {
  base::MutexLock lock(&mutex_);
  if (finished_) return;
  if (!writing_ && !answers_.empty()) {
    writing_ = true;
    on_its_way_ = std::move(answers_.front());
    answers_.pop_front();
    StartWrite(&on_its_way_);
  }
  const int open = unanswered_ + static_cast<int>(answers_.size());
  if (!reading_ && !no_more_ && open < kMaxUnanswered) {
    reading_ = true;
    StartRead(&request_);
  }
  if (no_more_ && open == 0 && !writing_ && !reading_) {
    finished_ = true;
    Finish(rpc::ToGrpc(end_));
  }
}

}  // namespace relayfleet::ingest
