// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_CLIENT_H_
#define RELAYFLEET_LIBS_RTSP_CLIENT_H_

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/auth.h"
#include "libs/rtsp/connection.h"
#include "libs/rtsp/message.h"
#include "libs/rtsp/message_parser.h"

namespace relayfleet::rtsp {

// The request side of one RTSP connection: numbers requests, authenticates, keeps the session id,
// answers what the server asks (OPTIONS, GET_PARAMETER, SET_PARAMETER) and carries interleaved
// frames both ways, on rtsps:// inside TLS. Publisher and Reader say what to ask.
//
// Calls and handlers happen on the strand; no handler runs inside Start, Ask, SendFrames or Close.
class Client : public std::enable_shared_from_this<Client> {
  struct Private {};

 public:
  struct Options {
    base::SecretUrl url;  // rtsp://[user:password@]host[:554]/path, or rtsps://…[:322]/…
    AddressCheck address_check;
    absl::Duration stall_timeout = absl::Seconds(2);  // as Connection's
    bool verify_certificate = true;                   // of rtsps://, as TlsSession's
    std::string ca_file;                              // same
  };

  struct Handler {
    absl::AnyInvocable<void()> on_connected;
    absl::AnyInvocable<void(const InterleavedFrame&)> on_frame;
    // What SendFrames left waiting is in the socket now.
    absl::AnyInvocable<void()> on_flushed;
    // Last, once, without credentials: a request was refused, or the connection ended.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  using Answer = absl::AnyInvocable<void(const Response&)>;

  static std::shared_ptr<Client> Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                       Handler handler);

  Client(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler);

  // Sends a request, with CSeq, Session, User-Agent and Authorization added. `on_ok` gets a 2xx
  // answer; a 401 is tried again as auth.h says; `on_refused` gets any other, which ends the client
  // if there is none. One at a time: false, and nothing is sent, while one is unanswered.
  bool Ask(Request request, Answer on_ok, Answer on_refused = nullptr);

  // What an answer above 299 to `method` means: NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED,
  // UNAVAILABLE (another try may help) or FAILED_PRECONDITION.
  static absl::Status RefusalOf(absl::string_view method, const Response& response);

  // Sends interleaved frames, with their headers, as one piece.
  void SendFrames(absl::string_view frames) { connection_->Send(frames); }

  // Connected, and nothing waits to be sent.
  bool flushed() const { return connection_ != nullptr && connection_->flushed(); }

  // Closes; says `farewell` (such as TEARDOWN) before, if that needs no waiting.
  void Close(absl::string_view farewell_method);

  // What the farewell names, where that is another than uri().
  void set_session_uri(std::string uri) { session_uri_ = std::move(uri); }

  // The server's address; unspecified before it is connected.
  const boost::asio::ip::address& peer() const { return connection_->peer(); }

  // The URL as requests name it, without credentials.
  const std::string& uri() const { return uri_; }
  // How long the server keeps a silent session; 60 s unless it said otherwise.
  absl::Duration session_timeout() const { return session_timeout_; }

 private:
  struct Pending {
    Request request;  // as asked: without what Send adds
    Answer on_ok;
    Answer on_refused;
    uint32_t cseq = 0;
    int refusals = 0;  // 401 answers so far
    bool authorized = false;
  };

  void SendPending();
  std::string Prepare(Request request, bool* authorized);
  void OnBytes(absl::string_view bytes);
  void OnRequest(const Request& request);
  void OnResponse(const Response& response);
  void OnUnauthorized(const Response& response);
  void TakeSession(const Response& response);
  void Fail(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  const std::string uri_;
  std::string session_uri_;
  Handler handler_;
  Authenticator authenticator_;
  MessageParser parser_;
  std::shared_ptr<Connection> connection_;
  std::optional<Pending> pending_;
  uint32_t next_cseq_ = 1;
  std::string session_;
  bool accepted_ = false;  // the server has taken our credentials before
  absl::Duration session_timeout_ = absl::Seconds(60);
  bool closed_ = false;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_CLIENT_H_
