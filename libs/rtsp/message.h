// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_MESSAGE_H_
#define RELAYFLEET_LIBS_RTSP_MESSAGE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

// RTSP 1.0 messages (RFC 2326) as plain values. message_parser.h reads them.
namespace relayfleet::rtsp {

// Header fields in their order; names compare without case.
class Headers {
 public:
  void Add(absl::string_view name, absl::string_view value);
  // The first of that name, without surrounding spaces; empty if there is none.
  absl::string_view Get(absl::string_view name) const;
  std::vector<absl::string_view> GetAll(absl::string_view name) const;

  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;
  std::string uri;
  Headers headers;
  std::string body;
};

struct Response {
  int code = 200;
  std::string reason;
  Headers headers;
  std::string body;
};

// RTP or RTCP between messages (RFC 2326, 10.12). A view into the parser's bytes, valid until the
// parser is used again.
struct InterleavedFrame {
  uint8_t channel = 0;
  absl::string_view payload;
};

using Message = std::variant<Request, Response, InterleavedFrame>;

// What goes on the wire. Content-Length is added for a body; values must hold no line ends.
std::string Serialize(const Request& request);
std::string Serialize(const Response& response);

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_MESSAGE_H_
