// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_CALL_H_
#define RELAYFLEET_LIBS_HTTP_CALL_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "libs/base/mutex.h"
#include "libs/http/message.h"

namespace relayfleet::http {

// One request between the session and whoever serves it: passes the answer one way and the
// peer's end the other, each at most once. Thread-safe.
class Call final : public Responder::Sink {
 public:
  // The session.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void Answer(Response response) = 0;
  };

  explicit Call(std::weak_ptr<Owner> owner) : owner_(std::move(owner)) {}

  // Responder::Sink.
  void Respond(Response response) override;
  void SetRoute(std::string route) override;
  void OnGone(absl::AnyInvocable<void()> gone) override;

  // The session lost its peer.
  void PeerGone();
  std::string route() const;

 private:
  const std::weak_ptr<Owner> owner_;
  mutable base::Mutex mutex_;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  std::string route_ ABSL_GUARDED_BY(mutex_);
  absl::AnyInvocable<void()> on_gone_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_CALL_H_
