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
#include "services/ingest/silence_watch.h"

namespace relayfleet::ingest {

// Keeps a pipe to a stage: connects, hands its messages on, and connects again by backoff when it
// breaks. Tells of a peer that owes an answer and says nothing; that alone breaks no pipe, since
// the only other endpoint may be the same frozen one. Supervision alone: what is said over the
// pipe is TranscodeLink's and PublishLink's.
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
    // The peer owed an answer for `limit`; and it speaks again.
    absl::AnyInvocable<void(absl::Duration limit)> on_silent;
    absl::AnyInvocable<void()> on_heard;
  };

  // `silence`: how long a peer may owe an answer.
  StageLink(std::shared_ptr<base::Executor> executor, base::Backoff backoff, absl::Duration silence,
            absl::AnyInvocable<std::unique_ptr<Pipe>()> connect, Handler handler)
      : executor_(std::move(executor)),
        backoff_(std::move(backoff)),
        connect_(std::move(connect)),
        handler_(std::move(handler)),
        watch_(executor_, silence,
               {.on_silent = [this](absl::Duration limit) { handler_.on_silent(limit); },
                .on_heard = [this] { handler_.on_heard(); }}) {}

  void Start() { Connect(); }

  // Dropped while there is no pipe.
  void Send(Up message) {
    if (pipe_ != nullptr) pipe_->Send(std::move(message));
  }

  // Both, in this order, as one message where that saves wake-ups.
  void SendTogether(Up first, Up second) {
    if (pipe_ == nullptr) return;
    const flow::Together together(*pipe_);
    pipe_->Send(std::move(first));
    pipe_->Send(std::move(second));
  }

  // The peer answered as it should: the next break is a first one.
  void SetHealthy() { backoff_.Reset(); }

  // Whether the peer owes an answer from now on. On a new pipe it does: to the opening message.
  void Expect(bool answer) { watch_.SetOwed(answer && pipe_ != nullptr); }

  // The peer was asked to end the pipe: if it has not after `limit`, the pipe is broken off.
  void EndWithin(absl::Duration limit) {
    ending_ = executor_->After(limit, [this] {
      if (pipe_ == nullptr) return;
      pipe_->Close(absl::CancelledError("it was to end"));
      OnClosed(absl::DeadlineExceededError("the stage did not end the session"));
    });
  }

  // Ends the pipe in order and connects no more.
  void Stop() {
    retry_.Cancel();
    ending_.Cancel();
    watch_.Reset();
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
    pipe_->Start(executor_, {.on_message = [this](Down m) { OnMessage(std::move(m)); },
                             .on_closed = [this](absl::Status why) { OnClosed(why); }});
    watch_.SetOwed(true);
    handler_.on_connect();
  }

  void OnMessage(Down message) {
    watch_.OnHeard();
    handler_.on_message(std::move(message));
  }

  void OnClosed(const absl::Status& why) {
    pipe_ = nullptr;
    ending_.Cancel();
    watch_.Reset();
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
  base::Timer ending_;
  SilenceWatch watch_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_STAGE_LINK_H_
