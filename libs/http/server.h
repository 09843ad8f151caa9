// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_SERVER_H_
#define RELAYFLEET_LIBS_HTTP_SERVER_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/message.h"
#include "libs/http/observer.h"

namespace relayfleet::http {

// An HTTP/1.1 server on one port.
//
//   socket -> Session (one strand each: header, body) -> Handler -> Responder -> socket
//
// Bounded: connections, header, body and times; what is above a limit gets 503, 431 or 413 and
// its connection is closed. Requests of one connection are served one after the other, also
// pipelined ones. A loopback listener answers only to its own names in the Host header (421
// otherwise), so that no web page reaches it by DNS rebinding. Runs on the runtime's threads; the
// runtime outlives it. Thread-safe.
class Server {
 public:
  struct Options {
    // Connections at once; further ones are answered 503.
    int max_connections = 512;
    // Bytes of the request line and headers together.
    size_t header_limit = 16 * 1024;
    // Bytes of a body.
    size_t body_limit = 8 * 1024 * 1024;
    // Longest wait for a whole request header, on a new connection and after an answer.
    absl::Duration idle_timeout = absl::Seconds(75);
    // Longest time for a body to arrive.
    absl::Duration body_timeout = absl::Seconds(60);
    // Longest time for an answer to leave.
    absl::Duration write_timeout = absl::Seconds(30);
    // Shape of the errors that the server answers by itself.
    ErrorWriter error = JsonError;
    // May be null.
    std::shared_ptr<Observer> observer;
  };

  // Serves on `address` ("127.0.0.1", "::", "localhost") and `port` (0: any free one) from now
  // on. ALREADY_EXISTS when the port is taken, INVALID_ARGUMENT for a bad address, UNAVAILABLE
  // else; the message names the address and port.
  static absl::StatusOr<std::unique_ptr<Server>> Listen(absl::string_view address, int port,
                                                        Options options, Handler handler,
                                                        base::ThreadRuntime* runtime);
  // As Drain(0 s).
  ~Server();

  int port() const;

  // Stops accepting, closes idle connections at once and waits for requests under way, at most
  // for `grace`; what is left is cut off. No call of the handler follows. Not to be called on the
  // runtime's threads. Of no effect once it was done; then the runtime may have been stopped.
  void Drain(absl::Duration grace);

 private:
  class Impl;
  explicit Server(std::shared_ptr<Impl> impl);

  const std::shared_ptr<Impl> impl_;
};

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_SERVER_H_
