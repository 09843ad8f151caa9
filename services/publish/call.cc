// SPDX-License-Identifier: Apache-2.0

#include "services/publish/call.h"

#include <utility>
#include <variant>

#include "libs/base/errors.h"

namespace relayfleet::publish {

std::shared_ptr<Call> Call::Start(std::unique_ptr<flow::PublishPipe> pipe, Line line,
                                  absl::Duration timeout, Handler handler) {
  auto call =
      std::make_shared<Call>(Private(), std::move(pipe), std::move(line), std::move(handler));
  // Strong until the call is over or bound: nobody else may hold it yet.
  call->strand_->Post([call, timeout] {
    call->timeout_ = call->strand_->After(timeout, [weak = std::weak_ptr<Call>(call)] {
      if (auto self = weak.lock()) self->Fail(base::TookTooLong("the first message", "its time"));
    });
    const std::weak_ptr<Call> weak = call;
    call->pipe_->Start(call->strand_, {.on_message =
                                           [weak](flow::PublishUp message) {
                                             if (auto self = weak.lock())
                                               self->OnMessage(std::move(message));
                                           },
                                       .on_closed =
                                           [weak](absl::Status status) {
                                             if (auto self = weak.lock())
                                               self->OnClosed(std::move(status));
                                           }});
  });
  return call;
}

Call::Call(Private, std::unique_ptr<flow::PublishPipe> pipe, Line line, Handler handler)
    : strand_(std::move(line.strand)),
      pipe_(std::move(pipe)),
      dialer_(std::move(line.dialer)),
      handler_(std::move(handler)) {}

// The last owner may let go inside one of the pipe's own calls, or on another strand.
Call::~Call() {
  strand_->Post([pipe = std::move(pipe_), dialer = std::move(dialer_)] {});
}

void Call::Bind(std::weak_ptr<CallSink> sink) { sink_ = std::move(sink); }

void Call::Send(flow::PublishDown message) { pipe_->Send(std::move(message)); }

void Call::Close(absl::Status status) {
  if (!over_.exchange(true)) pipe_->Close(std::move(status));
}

void Call::OnMessage(flow::PublishUp message) {
  if (over_) return;
  const auto self = shared_from_this();
  if (auto* open = std::get_if<flow::PublishOpen>(&message)) {
    if (std::exchange(open_, true)) return Fail(base::OutOfOrder("a second open"));
    timeout_.Cancel();
    return handler_.on_open(self, std::move(*open));
  }
  if (!open_) return Fail(base::OutOfOrder("the first message must be open"));
  const auto sink = sink_.lock();
  if (sink == nullptr) return;
  if (auto* media = std::get_if<media::Message>(&message)) {
    return sink->OnMedia(self, std::move(*media));
  }
  sink->OnClose(self, std::get<flow::PublishClose>(message));
}

void Call::OnClosed(absl::Status status) {
  if (over_.exchange(true)) return;
  const auto self = shared_from_this();
  timeout_.Cancel();
  if (auto sink = sink_.lock()) return sink->OnBroken(self, std::move(status));
  handler_.on_failed(self, std::move(status));
}

void Call::Fail(absl::Status status) {
  if (over_.exchange(true)) return;
  const auto self = shared_from_this();
  pipe_->Close(status);
  if (auto sink = sink_.lock()) return sink->OnBroken(self, std::move(status));
  handler_.on_failed(self, std::move(status));
}

}  // namespace relayfleet::publish
