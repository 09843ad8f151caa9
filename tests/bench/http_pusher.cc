// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/http_pusher.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"

namespace relayfleet::bench {
namespace {

// Value of the Content-Length field, 0 when there is none.
size_t ContentLength(absl::string_view head) {
  const std::string lower = absl::AsciiStrToLower(head);
  constexpr absl::string_view kField = "\r\ncontent-length:";
  const size_t at = lower.find(kField.data());
  size_t length = 0;
  if (at == std::string::npos) return 0;
  const absl::string_view rest = absl::string_view(lower).substr(at + kField.size());
  return absl::SimpleAtoi(absl::StripAsciiWhitespace(rest.substr(0, rest.find('\r'))), &length)
             ? length
             : 0;
}

}  // namespace

bool HttpPusher::Connect() {
  if (socket_ >= 0) return true;
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const timeval limit{.tv_sec = 20};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(static_cast<uint16_t>(port_))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return true;
  Disconnect();
  return false;
}

void HttpPusher::Disconnect() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

bool HttpPusher::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool HttpPusher::ReadAnswer(Answer& answer) {
  std::string text;
  size_t head = std::string::npos;
  size_t wanted = 0;
  while (head == std::string::npos || text.size() < wanted) {
    char buffer[4096];
    const ssize_t got = recv(socket_, buffer, sizeof(buffer), 0);
    if (got <= 0) return false;
    text.append(buffer, static_cast<size_t>(got));
    if (head != std::string::npos || (head = text.find("\r\n\r\n")) == std::string::npos) continue;
    wanted = head + 4 + ContentLength(absl::string_view(text).substr(0, head));
  }
  answer.body = text.substr(head + 4);
  // "HTTP/1.1 204 …"
  return absl::SimpleAtoi(absl::string_view(text).substr(9, 3), &answer.status);
}

HttpPusher::Answer HttpPusher::Call(absl::string_view method, absl::string_view path,
                                    absl::string_view body) {
  Answer answer;
  std::string request = absl::StrCat(method, " ", path, " HTTP/1.1\r\nHost: localhost:", port_,
                                     "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  if (!Connect() || !Write(request)) {
    Disconnect();
    return answer;
  }
  answer.sent = base::SystemClock().Monotonic();
  if (!ReadAnswer(answer)) {
    answer.status = 0;
    Disconnect();
  }
  return answer;
}

}  // namespace relayfleet::bench
