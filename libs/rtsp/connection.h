// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_CONNECTION_H_
#define RELAYFLEET_LIBS_RTSP_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/tls_session.h"

namespace relayfleet::rtsp {

// A TCP connection for media: bytes go to the kernel at once, on the calling thread, with one
// non-blocking send; only what it does not take waits here, in order and bounded. Nagle is off,
// and the kernel keeps little unsent, so that "sent" means "leaves now". It always reads. With TLS,
// what goes in and out here is plain text, and it is connected once the peer has proved itself.
//
// Calls and handlers happen on the strand; no handler runs inside Open, Send or Close. Letting go
// of the last shared_ptr closes the socket.
class Connection : public std::enable_shared_from_this<Connection> {
  struct Private {};

 public:
  struct Options {
    std::string host;  // name or address
    uint16_t port = 0;
    AddressCheck address_check;
    // Bytes wait and none is taken, or what was sent is not acknowledged.
    absl::Duration stall_timeout = absl::Seconds(2);
    // Bytes that wait at most; more is RESOURCE_EXHAUSTED.
    size_t max_pending = size_t{16} << 20;
    std::optional<TlsSession::Options> tls;  // none: plain TCP
  };

  struct Handler {
    absl::AnyInvocable<void()> on_connected;
    absl::AnyInvocable<void(absl::string_view bytes)> on_bytes;
    // What waited is in the socket now. Not called when Send left nothing to wait.
    absl::AnyInvocable<void()> on_flushed;
    // Last, once. UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, or the address check's.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  static std::shared_ptr<Connection> Open(std::shared_ptr<base::AsioStrand> strand, Options options,
                                          Handler handler);

  Connection(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler);

  // Ignored unless connected.
  void Send(absl::string_view bytes);

  // Connected, and all that was sent is in the socket.
  bool flushed() const { return open_ && pending_.empty(); }

  // The other end's address; unspecified before it is connected.
  const boost::asio::ip::address& peer() const { return peer_; }

  // No handler call follows.
  void Close();

 private:
  void Resolve();
  void Connect(std::vector<boost::asio::ip::tcp::endpoint> endpoints);
  void ConnectNext();
  void OnConnected();
  void StartTls();
  void AwaitReadable();
  void Read();
  void Deliver(absl::string_view bytes);
  void DeliverTls(absl::string_view ciphertext);
  void SendRaw(absl::string_view bytes);
  void AwaitWritable();
  void Flush();
  size_t SendNow(absl::string_view bytes);
  void WatchStall();
  void Fail(absl::Status status);
  void FailLater(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints_;  // not tried yet, the next one last
  absl::Status last_error_;                                // of those that were tried
  bool dialled_ = false;                                   // an address was allowed
  bool open_ = false;
  bool closed_ = false;
  boost::asio::ip::address peer_;
  std::unique_ptr<TlsSession> tls_;
  std::string pending_;  // what the socket did not take
  size_t pending_done_ = 0;
  absl::Duration last_progress_ = absl::ZeroDuration();
  base::Timer stall_timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_CONNECTION_H_
