// SPDX-License-Identifier: Apache-2.0

#include "tests/integration/s3_server.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace relayfleet::integration {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

tcp::endpoint Endpoint(uint16_t port) { return {asio::ip::make_address("127.0.0.1"), port}; }

uint16_t FreePort() {
  asio::io_context io;
  const tcp::acceptor acceptor(io, Endpoint(0));
  return acceptor.local_endpoint().port();
}

const char* Program() {
  const char* const program = std::getenv("VERSITYGW_BIN");
  return program != nullptr && access(program, X_OK) == 0 ? program : nullptr;
}

pid_t Spawn(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  if (posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0) pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

bool Answers(uint16_t port) {
  for (int i = 0; i < 200; ++i) {
    asio::io_context io;
    tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect(Endpoint(port), error);
    if (!error) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace

bool S3Server::Exists() { return Program() != nullptr; }

std::unique_ptr<S3Server> S3Server::Start(const std::string& folder) {
  const uint16_t port = FreePort();
  if (!Exists()) return nullptr;
  const pid_t pid = Spawn({Program(), "--access", kAccessKey, "--secret", kSecretKey, "--port",
                           absl::StrCat("127.0.0.1:", port), "posix", folder});
  if (pid < 0) return nullptr;
  std::unique_ptr<S3Server> server(new S3Server(pid, port));
  return Answers(port) ? std::move(server) : nullptr;
}

S3Server::~S3Server() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string S3Server::url() const { return absl::StrCat("http://127.0.0.1:", port_); }

}  // namespace relayfleet::integration
