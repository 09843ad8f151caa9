// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_READ_LISTENER_H_
#define RELAYFLEET_LIBS_MEDIAMTX_READ_LISTENER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/thread_runtime.h"

namespace relayfleet::mediamtx {

// Hears from the notifier (notifier/main.cc) that somebody reads a path: one UDP datagram per
// reader, its bytes the path. Datagrams that are no path are ignored; so is everything that does
// not come over loopback. Works on the strand; destruction there means that no call follows.
class ReadListener {
  class Socket;
  struct Private {};

 public:
  struct Options {
    std::string host = "127.0.0.1";  // a loopback address
    uint16_t port = 0;               // 0: a free one
  };
  using OnRead = std::function<void(absl::string_view path)>;

  // INVALID_ARGUMENT: not loopback. UNAVAILABLE: the port is taken.
  static absl::StatusOr<std::unique_ptr<ReadListener>> Create(
      std::shared_ptr<base::AsioStrand> strand, const Options& options, OnRead on_read);
  ReadListener(Private, std::shared_ptr<Socket> socket, uint16_t port);
  ~ReadListener();

  uint16_t port() const { return port_; }

 private:
  const std::shared_ptr<Socket> socket_;
  const uint16_t port_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_READ_LISTENER_H_
