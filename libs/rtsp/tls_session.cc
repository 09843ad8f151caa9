// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <boost/asio/ip/address.hpp>

#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp {
namespace {

// The newest entry of this thread's error queue, which is emptied.
std::string LastOpenSslError() {
  const unsigned long code = ERR_peek_last_error();  // NOLINT(google-runtime-int): OpenSSL's type
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "no TLS" : reason;
}

bool IsAddress(const std::string& host) {
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

// SNI carries names only; a certificate can be for an address.
bool NameHost(const std::string& host, SSL* ssl) {
  if (IsAddress(host)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  // As the macro SSL_set_tlsext_host_name, without its C cast.
  std::string name = host;
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1 &&
         SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsSession>> TlsSession::Create(const Options& options) {
  std::unique_ptr<TlsSession> session(new TlsSession());  // NOLINT: private constructor
  if (absl::Status status = session->Open(options); !status.ok()) return status;
  return session;
}

absl::Status TlsSession::Open(const Options& options) {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (context_ == nullptr) return absl::InternalError("cannot begin TLS");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context_.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context_.get());
  } else if (SSL_CTX_load_verify_file(context_.get(), options.ca_file.c_str()) != 1) {
    return absl::FailedPreconditionError(absl::StrCat("cannot read the certificates in ",
                                                      options.ca_file, ": ", LastOpenSslError()));
  }
  ssl_.reset(SSL_new(context_.get()));
  from_peer_ = BIO_new(BIO_s_mem());
  to_peer_ = BIO_new(BIO_s_mem());
  if (ssl_ == nullptr || from_peer_ == nullptr || to_peer_ == nullptr) {
    BIO_free(from_peer_);
    BIO_free(to_peer_);
    return absl::InternalError("cannot begin TLS");
  }
  SSL_set_bio(ssl_.get(), from_peer_, to_peer_);
  SSL_set_connect_state(ssl_.get());
  if (!NameHost(options.host, ssl_.get())) {
    return absl::InvalidArgumentError("the host's name is none for TLS");
  }
  return absl::OkStatus();
}

absl::Status TlsSession::Feed(absl::string_view ciphertext, std::string* plaintext) {
  ERR_clear_error();
  BIO_write(from_peer_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (!established()) {
    if (absl::Status status = Handshake(); !status.ok() || !established()) return status;
  }
  std::array<char, 16 << 10> bytes;
  while (true) {
    const int size = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (size > 0) {
      plaintext->append(bytes.data(), static_cast<size_t>(size));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), size);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return absl::OkStatus();
    if (error == SSL_ERROR_ZERO_RETURN) {
      return absl::UnavailableError("the server closed the connection");
    }
    return Failure();
  }
}

absl::Status TlsSession::Handshake() {
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) return absl::OkStatus();
  const int error = SSL_get_error(ssl_.get(), done);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return absl::OkStatus();
  return Failure();
}

absl::Status TlsSession::Failure() const {
  const long refused = SSL_get_verify_result(ssl_.get());  // NOLINT(google-runtime-int)
  const std::string error = LastOpenSslError();
  if (refused != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE) {
    return absl::PermissionDeniedError(absl::StrCat("the server's certificate is refused: ",
                                                    X509_verify_cert_error_string(refused)));
  }
  return absl::InternalError(absl::StrCat("TLS failed: ", error));
}

absl::Status TlsSession::Seal(absl::string_view plaintext) {
  if (!established() || plaintext.empty()) return absl::OkStatus();
  ERR_clear_error();
  // Memory takes all of it: nothing is left over, nothing has to be tried again.
  const int size = SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size()));
  return size > 0 ? absl::OkStatus() : Failure();
}

std::string TlsSession::TakeOutput() {
  std::string output(BIO_ctrl_pending(to_peer_), '\0');
  if (!output.empty()) BIO_read(to_peer_, output.data(), static_cast<int>(output.size()));
  return output;
}

}  // namespace relayfleet::rtsp
