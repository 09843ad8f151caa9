// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/exchange.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace relayfleet::relayctl {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t kMaxAnswer = 64 << 10;

// One connection, until its io_context has nothing left to do.
class Talk {
 public:
  Talk(asio::io_context& io, absl::string_view request, bool read_body)
      : socket_(io), resolver_(io), request_(request), read_body_(read_body) {}

  void Start(const std::string& host, uint16_t port) {
    resolver_.async_resolve(host, absl::StrCat(port), [this](error_code error, const auto& found) {
      if (error) return End(error);
      asio::async_connect(socket_, found, [this](error_code failed, const tcp::endpoint&) {
        if (failed) return End(failed);
        Send();
      });
    });
  }

  const std::string& received() const { return received_; }
  const std::optional<error_code>& error() const { return error_; }

 private:
  void Send() {
    asio::async_write(socket_, asio::buffer(request_), [this](error_code error, size_t) {
      if (error) return End(error);
      Receive();
    });
  }

  void Receive() {
    socket_.async_read_some(asio::buffer(piece_), [this](error_code error, size_t size) {
      received_.append(piece_.data(), size);
      const bool whole = !read_body_ && absl::StrContains(received_, "\r\n\r\n");
      if (error || whole || received_.size() > kMaxAnswer) return End(error);
      Receive();
    });
  }

  void End(error_code error) { error_ = error; }

  tcp::socket socket_;
  tcp::resolver resolver_;
  const std::string request_;
  const bool read_body_;
  std::array<char, 4096> piece_ = {};
  std::string received_;
  std::optional<error_code> error_;  // nullopt: not over
};

}  // namespace

absl::StatusOr<Answer> Exchange(const std::string& host, uint16_t port, absl::string_view request,
                                bool read_body, absl::Duration limit) {
  asio::io_context io;
  Talk talk(io, request, read_body);
  talk.Start(host, port);
  io.run_for(absl::ToChronoNanoseconds(limit));
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(talk.received(), absl::MaxSplits("\r\n\r\n", 1));
  const std::vector<std::string> words = absl::StrSplit(parts.first, ' ');
  Answer answer{.body = parts.second};
  if (words.size() >= 2 && absl::SimpleAtoi(words[1], &answer.code)) return answer;
  const std::string why = !talk.error().has_value() ? "no answer in time"
                          : *talk.error()           ? talk.error()->message()
                                                    : std::string("answers something else");
  return absl::UnavailableError(absl::StrCat(host, ":", port, ": ", why));
}

}  // namespace relayfleet::relayctl
