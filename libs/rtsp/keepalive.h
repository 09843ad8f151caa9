// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_KEEPALIVE_H_
#define RELAYFLEET_LIBS_RTSP_KEEPALIVE_H_

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/rtsp/client.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {

// Lets a server that plays know that we are there, twice within its session timeout: by OPTIONS
// first, then by GET_PARAMETER if its answer names that (some servers count only that one).
//
// Made, called and let go on the client's strand; no handler runs inside a call.
class Keepalive : public std::enable_shared_from_this<Keepalive> {
  struct Private {};

 public:
  // `uri`: of the session. `on_lost`, at most once: the server has forgotten the session.
  static std::shared_ptr<Keepalive> Start(base::Executor& strand, std::shared_ptr<Client> client,
                                          std::string uri,
                                          absl::AnyInvocable<void(absl::Status)> on_lost);

  Keepalive(Private, base::Executor& strand, std::shared_ptr<Client> client, std::string uri,
            absl::AnyInvocable<void(absl::Status)> on_lost);

 private:
  void Arm();
  void Ask();
  void OnRefused(const Response& response);

  base::Executor& strand_;
  const std::shared_ptr<Client> client_;
  const std::string uri_;
  absl::AnyInvocable<void(absl::Status)> on_lost_;
  bool by_parameter_ = false;
  bool refused_parameter_ = false;  // although its OPTIONS named it
  base::Timer timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_KEEPALIVE_H_
