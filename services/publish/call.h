// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_CALL_H_
#define RELAYFLEET_SERVICES_PUBLISH_CALL_H_

#include <atomic>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish {

class Call;

// Who serves a call once it is open. Called on the call's strand.
class CallSink {
 public:
  virtual ~CallSink() = default;
  virtual void OnMedia(const std::shared_ptr<Call>& call, media::Message message) = 0;
  virtual void OnClose(const std::shared_ptr<Call>& call, flow::PublishClose close) = 0;
  // Without OnClose before: the peer died or gave up.
  virtual void OnBroken(const std::shared_ptr<Call>& call, absl::Status status) = 0;
};

// One publish call: its pipe, and the strand that it delivers on. Waits for Open, then forwards to
// the sink that is bound. A call that breaks the order of messages is closed with
// INVALID_ARGUMENT, which its sink sees as broken. Held by shared_ptr.
class Call : public std::enable_shared_from_this<Call> {
  struct Private {};

 public:
  struct Handler {
    // The first message; Bind() or Close() follows.
    absl::AnyInvocable<void(const std::shared_ptr<Call>&, flow::PublishOpen)> on_open;
    // It ended before.
    absl::AnyInvocable<void(const std::shared_ptr<Call>&, absl::Status)> on_failed;
  };

  // `timeout`: for the first message.
  static std::shared_ptr<Call> Start(std::unique_ptr<flow::PublishPipe> pipe, Line line,
                                     absl::Duration timeout, Handler handler);
  Call(Private, std::unique_ptr<flow::PublishPipe> pipe, Line line, Handler handler);
  ~Call();

  const std::shared_ptr<base::Executor>& strand() const { return strand_; }
  // The dialer on that strand, for the session that this call makes. Once, on the strand.
  std::unique_ptr<RtspDialer> TakeDialer() { return std::move(dialer_); }
  // From now on `sink` gets what comes. On the strand.
  void Bind(std::weak_ptr<CallSink> sink);

  // It was closed or broke; nothing more comes of it. Any thread.
  bool over() const { return over_; }

  // Any thread.
  void Send(flow::PublishDown message);
  // While it lives, what is sent waits to travel together. Within one task.
  flow::Together<flow::PublishDown, flow::PublishUp> Together() {
    return flow::Together<flow::PublishDown, flow::PublishUp>(*pipe_);
  }
  // Nothing is delivered to the sink afterwards. Any thread.
  void Close(absl::Status status);

 private:
  void OnMessage(flow::PublishUp message);
  void OnClosed(absl::Status status);
  void Fail(absl::Status status);

  const std::shared_ptr<base::Executor> strand_;
  std::unique_ptr<flow::PublishPipe> pipe_;
  std::unique_ptr<RtspDialer> dialer_;
  Handler handler_;
  std::weak_ptr<CallSink> sink_;
  bool open_ = false;
  std::atomic<bool> over_ = false;
  base::Timer timeout_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_CALL_H_
