// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_TESTING_RAW_CLIENT_H_
#define RELAYFLEET_LIBS_HTTP_TESTING_RAW_CLIENT_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/http/message.h"

namespace relayfleet::http::testing {

// A blocking connection for tests that says exactly what it is told and reads one answer at a
// time.
class RawClient {
 public:
  // Connects to 127.0.0.1.
  explicit RawClient(int port);

  struct Reply {
    int status = 0;
    Fields headers;
    std::string body;
    absl::string_view Header(absl::string_view name) const;
  };

  void Send(absl::string_view bytes);
  // UNAVAILABLE when the connection ends instead. `to_head`: the answer has no body.
  absl::StatusOr<Reply> Read(bool to_head = false);
  // Send and Read.
  absl::StatusOr<Reply> Ask(absl::string_view bytes);
  // Waits until the server closes; false when it says something instead.
  bool WaitClosed();
  void Close();

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
};

// A whole request with Host and Content-Length.
std::string RequestText(absl::string_view method, absl::string_view target,
                        absl::string_view body = "");

}  // namespace relayfleet::http::testing

#endif  // RELAYFLEET_LIBS_HTTP_TESTING_RAW_CLIENT_H_
