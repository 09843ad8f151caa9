// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_PIPE_H_
#define RELAYFLEET_LIBS_FLOW_PIPE_H_

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/executor.h"

namespace relayfleet::flow {

// One end of an ordered, reliable message channel between two stages, in one process
// (direct_pipe.h) or over gRPC (libs/rpc). Both kinds pass pipe_conformance_test.
//
//   stage A  Pipe<Up, Down>  ── Up ──►  Pipe<Down, Up>  stage B
//                            ◄─ Down ──
//
// A pipe itself does not limit what is in flight: the stages do, by credits (credit.h), which are
// messages like others. Destroying an end closes it with CANCELLED.
template <typename Out, typename In>
class Pipe {
 public:
  struct Handler {
    // A message of the peer, in order.
    absl::AnyInvocable<void(In)> on_message;
    // The peer closed, or the connection broke: OK after an orderly Close(OkStatus()), else why.
    // Called once, last; not after the own Close().
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  virtual ~Pipe() = default;

  // Begins delivery on `executor`; called once. What came before is kept. On `executor`, no call
  // follows Close() or destruction.
  virtual void Start(std::shared_ptr<base::Executor> executor, Handler handler) = 0;

  // Queues `message` for the peer; never blocks. Dropped after a close by either side. Any thread.
  virtual void Send(Out message) = 0;

  // What is sent between the two may travel as one message, which saves a pipe between processes
  // some wake-ups on both sides. Use Together.
  virtual void Hold() {}
  virtual void Release() {}

  // Ends the pipe after what was sent: the peer's on_closed gets `status`. Any thread.
  virtual void Close(absl::Status status) = 0;
};

// While it lives, what is sent waits to travel together. The pipe outlives it.
template <typename Out, typename In>
class Together {
 public:
  explicit Together(Pipe<Out, In>& pipe) : pipe_(pipe) { pipe_.Hold(); }
  ~Together() { pipe_.Release(); }
  Together(const Together&) = delete;
  Together& operator=(const Together&) = delete;

 private:
  Pipe<Out, In>& pipe_;
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_PIPE_H_
