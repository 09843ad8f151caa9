// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/mediamtx_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

extern char** environ;

namespace relayfleet::rtsp::testing {
namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

namespace {

absl::string_view Binary() {
  const char* path = std::getenv("MEDIAMTX_BIN");
  return path == nullptr ? "" : path;
}

uint16_t FreePort() {
  asio::io_context io;
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

bool Listens(uint16_t port) {
  asio::io_context io;
  tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port}, error);
  return !error;
}

// Two neighbours, the first even.
uint16_t FreeUdpPair() {
  asio::io_context io;
  while (true) {
    boost::system::error_code error;
    udp::socket first(io, {asio::ip::address_v4::loopback(), 0});
    const uint16_t port = first.local_endpoint().port();
    if (port % 2 != 0) continue;
    udp::socket second(io, udp::v4());
    second.bind({asio::ip::address_v4::loopback(), static_cast<uint16_t>(port + 1)}, error);
    if (!error) return port;
  }
}

std::string ServerLines(const MediamtxProcess::Server& server, uint16_t tls_port) {
  std::string lines = "rtspTransports: [tcp]\n";
  if (server.udp) {
    const uint16_t port = FreeUdpPair();
    lines = absl::StrCat("rtspTransports: [tcp, udp]\nrtpAddress: 127.0.0.1:", port,
                         "\nrtcpAddress: 127.0.0.1:", port + 1, "\n");
  }
  if (!server.certificate_file.empty()) {
    absl::StrAppend(&lines, "rtspEncryption: optional\nrtspsAddress: 127.0.0.1:", tls_port,
                    "\nrtspServerCert: ", server.certificate_file,
                    "\nrtspServerKey: ", server.key_file, "\n");
  }
  return lines;
}

std::string Configuration(uint16_t port, absl::string_view server_lines,
                          absl::string_view auth_methods, absl::string_view extra) {
  return absl::StrCat("logLevel: info\n", server_lines, "rtspAddress: 127.0.0.1:", port,
                      "\nrtspAuthMethods: ", auth_methods,
                      "\nrtmp: no\nhls: no\nwebrtc: no\nsrt: no\nmoq: no\napi: no\nmetrics: no\n"
                      "authInternalUsers:\n"
                      "- user: any\n  permissions: [{action: read, path: '~^[^c]'}]\n"
                      "- user: user\n  pass: pass\n"
                      "  permissions: [{action: publish}, {action: read}]\n",
                      "paths:\n  all_others:\n", extra);
}

}  // namespace

bool MediamtxProcess::Available() { return !Binary().empty(); }

MediamtxProcess::MediamtxProcess(absl::string_view auth_methods, absl::string_view extra,
                                 const Server& server)
    : port_(FreePort()), tls_port_(FreePort()) {
  const std::string stem = absl::StrCat(::testing::TempDir(), "/mediamtx-", port_);
  const std::string config = stem + ".yml";
  const std::string log = stem + ".log";
  std::ofstream(config) << Configuration(port_, ServerLines(server, tls_port_), auth_methods,
                                         extra);
  std::string binary(Binary());
  std::string argument = config;
  char* arguments[] = {binary.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_CREAT | O_WRONLY, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int failed = posix_spawn(&pid_, binary.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    pid_ = -1;
    ADD_FAILURE() << "cannot start " << binary;
    return;
  }
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  while (!Listens(port_) && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_TRUE(Listens(port_)) << "MediaMTX does not listen; see " << log;
}

MediamtxProcess::~MediamtxProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string MediamtxProcess::Url(absl::string_view credentials, absl::string_view path) const {
  return absl::StrCat("rtsp://", credentials, "127.0.0.1:", port_, "/", path);
}

std::string MediamtxProcess::TlsUrl(absl::string_view path) const {
  return absl::StrCat("rtsps://127.0.0.1:", tls_port_, "/", path);
}

}  // namespace relayfleet::rtsp::testing
