// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_STAGE_LINK_H_
#define RELAYFLEET_SERVICES_INGEST_STAGE_LINK_H_

#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/backoff.h"
#include "libs/base/executor.h"
#include "libs/flow/pipe.h"

namespace relayfleet::ingest {

// Keeps a pipe to a stage: connects, hands its messages on, and connects again by backoff when it
// breaks. Supervision alone: what is said over the pipe is TranscodeLink's and PublishLink's.
// Lives on `executor`, where all handlers run; after Stop() or destruction none does.
template <typename Up, typename Down>
class StageLink {
 public:
  using Pipe = flow::Pipe<Up, Down>;

  struct Handler {
    // A new pipe: send the opening message.
    absl::AnyInvocable<void()> on_connect;
    absl::AnyInvocable<void(Down)> on_message;
    // The pipe broke; the next attempt begins in `retry_in`, never when that is infinite: no
    // retry can heal `why`.
    absl::AnyInvocable<void(const absl::Status& why, absl::Duration retry_in)> on_down;
  };

  StageLink(std::shared_ptr<base::Executor> executor, base::Backoff backoff,
            absl::AnyInvocable<std::unique_ptr<Pipe>()> connect, Handler handler)
      : executor_(std::move(executor)),
        backoff_(std::move(backoff)),
        connect_(std::move(connect)),
        handler_(std::move(handler)) {}

  void Start() { Connect(); }

  // Dropped while there is no pipe.
  void Send(Up message) {
    if (pipe_ != nullptr) pipe_->Send(std::move(message));
  }

  // The peer answered as it should: the next break is a first one.
  void SetHealthy() { backoff_.Reset(); }

  // Ends the pipe in order and connects no more.
  void Stop() {
    retry_.Cancel();
    if (pipe_ != nullptr) pipe_->Close(absl::OkStatus());
    pipe_ = nullptr;
  }

 private:
  static constexpr absl::Duration kLongPause = absl::Seconds(2);

  static bool CanHeal(const absl::Status& why) {
    return !absl::IsInvalidArgument(why) && !absl::IsPermissionDenied(why);
  }

  // Another owner, or a peer of another version: it may pass, but not in milliseconds.
  static bool TakesLong(const absl::Status& why) {
    return absl::IsAborted(why) || absl::IsFailedPrecondition(why) || absl::IsUnimplemented(why);
  }

  void Connect() {
    pipe_ = connect_();
    pipe_->Start(executor_, {.on_message = [this](Down m) { handler_.on_message(std::move(m)); },
                             .on_closed = [this](absl::Status why) { OnClosed(why); }});
    handler_.on_connect();
  }

  void OnClosed(const absl::Status& why) {
    pipe_ = nullptr;
    if (!CanHeal(why)) return handler_.on_down(why, absl::InfiniteDuration());
    const absl::Duration delay = TakesLong(why) ? kLongPause : backoff_.Next();
    retry_ = executor_->After(delay, [this] { Connect(); });
    handler_.on_down(why.ok() ? absl::UnavailableError("the stage ended the session") : why, delay);
  }

  const std::shared_ptr<base::Executor> executor_;
  base::Backoff backoff_;
  absl::AnyInvocable<std::unique_ptr<Pipe>()> connect_;
  Handler handler_;
  std::unique_ptr<Pipe> pipe_;
  base::Timer retry_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_STAGE_LINK_H_
