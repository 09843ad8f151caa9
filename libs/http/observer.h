// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_OBSERVER_H_
#define RELAYFLEET_LIBS_HTTP_OBSERVER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace relayfleet::http {

// One request and what became of it. The views live as long as the call.
struct Exchange {
  absl::string_view method;
  // Path template that served it; "" when none did.
  absl::string_view route;
  // As the peer sent it, undecoded; "" when it could not be read.
  absl::string_view path;
  absl::string_view request_id;
  absl::string_view remote;
  // 499: the peer went away before it was answered.
  int status = 0;
  // From the end of its header to the last byte of the answer.
  absl::Duration duration;
  size_t request_bytes = 0;
  size_t response_bytes = 0;
};

// Told about each request, for metrics and access logs. Called on many threads; returns quickly.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnRequest() = 0;
  // Once for each OnRequest.
  virtual void OnResponse(const Exchange& exchange) = 0;
  // A connection above the limit was sent away.
  virtual void OnConnectionRefused() = 0;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_OBSERVER_H_
