// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TLS_SESSION_H_
#define RELAYFLEET_LIBS_RTSP_TLS_SESSION_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {

// The client's side of one TLS connection (1.2 or later), without the socket: bytes from the peer
// go in, what has to be sent to it comes out. Not thread-safe; nothing blocks.
//
//   Feed("") ──► TakeOutput ──► socket ──► Feed … until established(), then Seal and Feed
class TlsSession {
 public:
  struct Options {
    std::string host;  // whom the certificate must name: a host name or an address
    // Off: anybody is believed, as with cameras that made their certificate themselves.
    bool verify = true;
    std::string ca_file;  // PEM, of those whose signatures are believed; empty: the system's
  };

  static absl::StatusOr<std::unique_ptr<TlsSession>> Create(const Options& options);

  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Takes bytes from the peer and appends what they say to `plaintext`. PERMISSION_DENIED: its
  // certificate is refused. UNAVAILABLE: it ended the connection. INTERNAL: that is no TLS. What
  // TakeOutput() gives is to be sent after an error too: it tells the peer.
  absl::Status Feed(absl::string_view ciphertext, std::string* plaintext);

  bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }

  // Encrypts; ignored unless established().
  absl::Status Seal(absl::string_view plaintext);

  // What is to be sent since the last call.
  std::string TakeOutput();

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  TlsSession() = default;
  absl::Status Open(const Options& options);
  absl::Status Handshake();
  absl::Status Failure() const;

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  BIO* from_peer_ = nullptr;  // owned by ssl_, as the next
  BIO* to_peer_ = nullptr;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_TLS_SESSION_H_
