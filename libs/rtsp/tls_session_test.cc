// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/tls_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/testing/self_signed.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::HasSubstr;
using testing::MakeSelfSigned;
using testing::SelfSigned;

// The other side, in memory.
class Server {
 public:
  explicit Server(const SelfSigned& files)
      : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
    SSL_CTX_use_certificate_file(context_.get(), files.certificate_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_.get(), files.key_file.c_str(), SSL_FILETYPE_PEM);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
  }

  // Takes what the client sent; what it said in plain text is in heard().
  void Feed(absl::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    std::array<char, 4096> plain;
    int size = 0;
    while ((size = SSL_read(ssl_.get(), plain.data(), plain.size())) > 0) {
      heard_.append(plain.data(), static_cast<size_t>(size));
    }
  }
  void Say(absl::string_view text) {
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  }
  void Close() { SSL_shutdown(ssl_.get()); }
  std::string TakeOutput() {
    BIO* const out = SSL_get_wbio(ssl_.get());
    std::string output(BIO_ctrl_pending(out), '\0');
    if (!output.empty()) BIO_read(out, output.data(), static_cast<int>(output.size()));
    return output;
  }
  const std::string& heard() const { return heard_; }

 private:
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string heard_;
};

// Carries bytes both ways until neither side has any; the client's first error ends it.
absl::Status Exchange(TlsSession* client, Server* server, std::string* heard) {
  absl::Status status = client->Feed("", heard);
  while (status.ok()) {
    const std::string up = client->TakeOutput();
    server->Feed(up);
    const std::string down = server->TakeOutput();
    if (up.empty() && down.empty()) break;
    status = client->Feed(down, heard);
  }
  return status;
}

absl::Status Handshake(const SelfSigned& files, const TlsSession::Options& options) {
  auto client = TlsSession::Create(options);
  if (!client.ok()) return client.status();
  Server server(files);
  std::string heard;
  absl::Status status = Exchange(client->get(), &server, &heard);
  if (status.ok()) EXPECT_TRUE((*client)->established());
  return status;
}

TEST(TlsSession, CarriesTextBothWays) {
  const SelfSigned files = MakeSelfSigned("IP:127.0.0.1");
  auto client = TlsSession::Create({.host = "127.0.0.1", .ca_file = files.certificate_file});
  ASSERT_TRUE(client.ok());
  Server server(files);
  std::string heard;
  ASSERT_TRUE(Exchange(client->get(), &server, &heard).ok());
  ASSERT_TRUE((*client)->established());
  const std::string large(100000, 'x');
  ASSERT_TRUE((*client)->Seal(large).ok());
  server.Say("answer");
  EXPECT_TRUE(Exchange(client->get(), &server, &heard).ok());
  EXPECT_EQ(server.heard(), large);
  EXPECT_EQ(heard, "answer");
}

TEST(TlsSession, TheEndIsUnavailable) {
  const SelfSigned files = MakeSelfSigned("DNS:camera");
  auto client = TlsSession::Create({.host = "camera", .ca_file = files.certificate_file});
  ASSERT_TRUE(client.ok());
  Server server(files);
  std::string heard;
  ASSERT_TRUE(Exchange(client->get(), &server, &heard).ok());
  server.Close();
  EXPECT_EQ(Exchange(client->get(), &server, &heard).code(), absl::StatusCode::kUnavailable);
}

TEST(TlsSession, CertificateOfNobodyWeKnowIsRefused) {
  const absl::Status status = Handshake(MakeSelfSigned("DNS:camera"), {.host = "camera"});
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()), HasSubstr("self-signed"));
}

TEST(TlsSession, CertificateForAnotherIsRefused) {
  const SelfSigned files = MakeSelfSigned("DNS:camera");
  EXPECT_EQ(Handshake(files, {.host = "other", .ca_file = files.certificate_file}).code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Handshake(files, {.host = "127.0.0.1", .ca_file = files.certificate_file}).code(),
            absl::StatusCode::kPermissionDenied);
}

TEST(TlsSession, AnybodyIsBelievedIfSoWished) {
  EXPECT_TRUE(Handshake(MakeSelfSigned("DNS:camera"), {.host = "other", .verify = false}).ok());
}

TEST(TlsSession, PlainTextIsNoTls) {
  auto client = TlsSession::Create({.host = "camera"});
  ASSERT_TRUE(client.ok());
  std::string heard;
  EXPECT_EQ((*client)->Feed("RTSP/1.0 400 Bad Request\r\n\r\n", &heard).code(),
            absl::StatusCode::kInternal);
}

TEST(TlsSession, MissingCertificatesAreToldOfAtOnce) {
  EXPECT_EQ(TlsSession::Create({.host = "camera", .ca_file = "/nowhere.pem"}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace relayfleet::rtsp
