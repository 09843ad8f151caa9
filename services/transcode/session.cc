// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "services/transcode/spec.h"

namespace relayfleet::transcode {
namespace {

absl::Status BadInput(const media::StreamInfo& info) {
  if (info.tracks.size() == 1 && info.tracks[0].codec == media::Codec::kJpeg) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("only one track of JPEG can be transcoded");
}

flow::FrameOutcome OutcomeOf(const CodecResult& result) {
  if (result.unit.has_value()) return flow::FrameOutcome::kEncoded;
  return result.bad_image ? flow::FrameOutcome::kBadImage : flow::FrameOutcome::kFailed;
}

}  // namespace

TranscodeSession::TranscodeSession(std::unique_ptr<flow::TranscodePipe> pipe,
                                   Dependencies dependencies)
    : deps_(std::move(dependencies)), pipe_(std::move(pipe)) {}

TranscodeSession::~TranscodeSession() { Close(absl::UnavailableError("this instance stops")); }

void TranscodeSession::Start() {
  flow::TranscodePipe::Handler handler;
  handler.on_message = [weak = weak_from_this()](flow::TranscodeUp message) {
    if (auto self = weak.lock()) self->OnMessage(std::move(message));
  };
  handler.on_closed = [weak = weak_from_this()](absl::Status why) {
    if (auto self = weak.lock()) self->Close(std::move(why));
  };
  deps_.control->Post([weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr || self->closed_ || self->worker_ != nullptr) return;
    self->timer_ = self->deps_.control->After(kOpenDeadline, [weak] {
      if (auto self = weak.lock()) self->Close(absl::DeadlineExceededError("no open came"));
    });
  });
  pipe_->Start(deps_.control, std::move(handler));
}

void TranscodeSession::Drain() {
  deps_.control->Post([weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && !self->closed_) self->pipe_->Send(flow::Draining{});
  });
}

void TranscodeSession::Abort(absl::Status why) {
  pipe_->Close(why);  // now: nothing keeps the session until the task below
  deps_.control->Post([weak = weak_from_this(), why = std::move(why)] {
    if (auto self = weak.lock()) self->Close(why);
  });
}

void TranscodeSession::OnMessage(flow::TranscodeUp message) {
  if (closed_) return;
  const bool opens = std::holds_alternative<flow::TranscodeOpen>(message);
  if (opens == (worker_ != nullptr)) {
    return Close(absl::InvalidArgumentError("open must come first, and once"));
  }
  if (opens) return OnOpen(std::get<flow::TranscodeOpen>(std::move(message)));
  if (auto* media = std::get_if<media::Message>(&message)) return OnMedia(std::move(*media));
  if (auto* credit = std::get_if<flow::Credit>(&message)) output_credits_ += credit->packets;
  if (std::holds_alternative<flow::ForceIdr>(message)) pacing_->AskKey();
  if (std::holds_alternative<flow::End>(message)) ending_ = true;
  Work();
}

void TranscodeSession::OnOpen(flow::TranscodeOpen open) {
  open_ = std::move(open);
  absl::Status admitted = ValidateOpen(open_);
  if (admitted.ok()) admitted = deps_.admit(open_);
  if (!admitted.ok()) return Close(std::move(admitted));
  timer_.Cancel();
  worker_ = std::make_shared<CodecWorker>(open_.spec, deps_.codecs, &deps_.codec->clock());
  pacing_.emplace(open_.spec.fill_fps, open_.last_out_pts);
  output_.emplace(open_.spec.width, open_.spec.height);
  deps_.observer->OnSessionOpened(open_.relay);
  pipe_->Send(flow::TranscodeOpened{deps_.instance, deps_.codecs->encoder_name()});
  pipe_->Send(flow::Credit{kInputCredits});
}

void TranscodeSession::OnMedia(media::Message message) {
  if (const auto* info = std::get_if<media::StreamInfo>(&message)) {
    absl::Status bad = BadInput(*info);
    if (!bad.ok()) Close(std::move(bad));
  } else if (auto* packet = std::get_if<media::Packet>(&message)) {
    OnPicture(std::move(*packet));
  }  // A Gap needs no answer: each JPEG stands alone.
}

void TranscodeSession::OnPicture(media::Packet packet) {
  deps_.observer->OnFrameIn(packet.payload == nullptr ? 0 : packet.payload->size());
  deps_.observer->OnQueue(1);
  if (packet.payload == nullptr) packet.payload = media::MakePayload("");
  if (auto older = waiting_.Put({std::move(packet), Now()})) {
    deps_.observer->OnQueue(-1);
    Finish(older->packet, {.outcome = flow::FrameOutcome::kSuperseded,
                           .detail = "a newer picture came before there was room for it",
                           .queued = Now() - older->arrival});
  }
  Work();
}

// Begins what is most urgent, if the codec is free: a picture, a key frame, a repeat.
void TranscodeSession::Work() {
  if (closed_ || running_.has_value()) return;
  if (ending_ && waiting_.empty()) return Close(absl::OkStatus());
  if (output_credits_ == 0) return;
  if (!waiting_.empty()) return EncodePicture(*waiting_.Take());
  if (!held_.has_value()) return;
  const absl::Duration now = Now();
  if (pacing_->KeyDue(now)) return EncodeAgain(true);
  if (pacing_->RepeatDue(now)) return EncodeAgain(pacing_->key_wanted());
  ArmTimer();
}

void TranscodeSession::EncodePicture(Input input) {
  CodecJob job{.jpeg = input.packet.payload, .accepted = input.arrival};
  job.pts = pacing_->StampPicture(input.packet.pts);
  job.force_key = pacing_->key_wanted();
  Submit({std::move(input), false}, std::move(job));
}

void TranscodeSession::EncodeAgain(bool force_key) {
  const absl::Duration now = Now();
  const int64_t pts = pacing_->StampRepeat(now);
  Submit({*held_, true}, {.jpeg = nullptr, .pts = pts, .force_key = force_key, .accepted = now});
}

void TranscodeSession::Submit(Running running, CodecJob job) {
  if (job.force_key) pacing_->OnKeyTried(Now());
  running_ = std::move(running);
  deps_.codec->Post([weak = weak_from_this(), worker = worker_, control = deps_.control,
                     observer = deps_.observer, job = std::move(job)] {
    if (job.jpeg != nullptr) observer->OnQueue(-1);
    control->Post([weak, result = worker->Run(job)]() mutable {
      if (auto self = weak.lock()) self->OnResult(std::move(result));
    });
  });
}

void TranscodeSession::OnResult(CodecResult result) {
  if (closed_) return;
  const flow::Together together(*pipe_);
  const Running running = *std::exchange(running_, std::nullopt);
  if (result.held) {
    held_ = running.input;
    held_->packet.payload = nullptr;
    pacing_->OnPicture(held_->arrival, held_->packet.pts);
  }
  const flow::FrameOutcome outcome = OutcomeOf(result);
  if (result.unit.has_value()) {
    SendUnit(running, *std::move(result.unit));
  } else if (running.repeat) {
    deps_.observer->OnRepeatFailed(open_.relay, result.status);
  }
  if (!running.repeat) {
    Finish(running.input.packet, {.outcome = outcome,
                                  .detail = std::string(result.status.message()),
                                  .queued = result.queued,
                                  .decoded = result.decoded,
                                  .encoded = result.encoded});
  }
  Work();
}

void TranscodeSession::SendUnit(const Running& running, av::AccessUnit unit) {
  if (unit.key) pacing_->OnKey();
  if (auto info = output_->Describe(unit)) pipe_->Send(media::Message(*std::move(info)));
  media::Packet packet = output_->Wrap(std::move(unit), running.input.packet, running.repeat);
  --output_credits_;
  deps_.observer->OnFrameOut(packet.payload->size(), packet.key, packet.repeat);
  pipe_->Send(media::Message(std::move(packet)));
}

// Answers for one JPEG.
void TranscodeSession::Finish(const media::Packet& packet, flow::FrameDone done) {
  done.seq = packet.seq;
  deps_.observer->OnFrameDone(open_.relay, done);
  pipe_->Send(std::move(done));
  pipe_->Send(flow::Credit{1});
}

void TranscodeSession::ArmTimer() {
  const absl::Duration due = pacing_->next_due();
  if (timer_due_ <= due) return;  // It looks again when it fires.
  timer_due_ = due;
  timer_ = deps_.control->After(due - Now(), [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr) return;
    self->timer_due_ = absl::InfiniteDuration();
    self->Work();
  });
}

void TranscodeSession::Close(absl::Status status) {
  if (std::exchange(closed_, true)) return;
  timer_.Cancel();
  pipe_->Close(status);
  if (worker_ == nullptr) {
    deps_.observer->OnRefused(open_.relay, status);
  } else {
    const flow::FrameDone lost{.outcome = flow::FrameOutcome::kFailed, .detail = "session ended"};
    if (running_.has_value() && !running_->repeat) deps_.observer->OnFrameDone(open_.relay, lost);
    if (!waiting_.empty()) {
      deps_.observer->OnQueue(-1);
      deps_.observer->OnFrameDone(open_.relay, lost);
    }
    deps_.observer->OnSessionEnded(open_.relay, status);
    // Closing an encoder takes a while: not here.
    deps_.codec->Post([worker = std::move(worker_)] {});
  }
  deps_.on_end();
}

}  // namespace relayfleet::transcode
