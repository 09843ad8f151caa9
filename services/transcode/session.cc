// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session.h"

#include <utility>
#include <variant>
#include <vector>

#include "services/transcode/audio_lane.h"
#include "services/transcode/spec.h"
#include "services/transcode/video_lane.h"

namespace relayfleet::transcode {

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
    if (self == nullptr || self->closed_ || self->lane_ != nullptr) return;
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
  if (opens == (lane_ != nullptr)) {
    return Close(absl::InvalidArgumentError("open must come first, and once"));
  }
  if (opens) return OnOpen(std::get<flow::TranscodeOpen>(std::move(message)));
  if (auto* media = std::get_if<media::Message>(&message)) return lane_->OnMedia(std::move(*media));
  if (auto* credit = std::get_if<flow::Credit>(&message)) return lane_->OnCredit(credit->packets);
  if (std::holds_alternative<flow::ForceIdr>(message)) return lane_->OnForceIdr();
  if (std::holds_alternative<flow::End>(message)) return lane_->OnEnd();
}

void TranscodeSession::OnOpen(flow::TranscodeOpen open) {
  relay_ = open.relay;
  absl::Status admitted = ValidateOpen(open);
  if (admitted.ok()) admitted = deps_.admit(open);
  if (!admitted.ok()) return Close(std::move(admitted));
  timer_.Cancel();
  absl::StatusOr<std::string> encoder = MakeLane(open);
  if (!encoder.ok()) return Close(encoder.status());
  deps_.observer->OnSessionOpened(relay_);
  pipe_->Send(flow::TranscodeOpened{deps_.instance, *std::move(encoder)});
  pipe_->Send(flow::Credit{kInputCredits});
}

absl::StatusOr<std::string> TranscodeSession::MakeLane(const flow::TranscodeOpen& open) {
  Lane::Context context{.session = weak_from_this(),
                        .control = deps_.control,
                        .codec = deps_.codec,
                        .pipe = pipe_.get(),
                        .codecs = deps_.codecs,
                        .observer = deps_.observer,
                        .relay = relay_,
                        .end = [this](absl::Status why) { Close(std::move(why)); }};
  if (open.spec.audio.has_value()) {
    lane_ = std::make_unique<AudioLane>(std::move(context), open);
    return std::string(av::AudioEncoder::NameOf(open.spec.audio->codec));
  }
  auto encoders = deps_.encoders->Choose(open.spec.encoders);
  if (!encoders.ok()) return encoders.status();
  std::string first = encoders->front();
  lane_ = std::make_unique<VideoLane>(std::move(context), open, *std::move(encoders));
  return first;
}

void TranscodeSession::Close(absl::Status status) {
  if (std::exchange(closed_, true)) return;
  timer_.Cancel();
  pipe_->Close(status);
  if (lane_ == nullptr) {
    deps_.observer->OnRefused(relay_, status);
  } else {
    lane_->Abandon();
    deps_.observer->OnSessionEnded(relay_, status);
  }
  deps_.on_end();
}

}  // namespace relayfleet::transcode
