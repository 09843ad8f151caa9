// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_MESSAGE_PARSER_H_
#define RELAYFLEET_LIBS_RTSP_MESSAGE_PARSER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {

// Cuts what comes in on an RTSP connection into requests, responses and interleaved frames, in
// whatever pieces the bytes arrive. Not thread-safe.
//
//   parser.Append(bytes);
//   while (message = parser.Next(), message.ok() && message->has_value()) Use(**message);
class MessageParser {
 public:
  struct Options {
    size_t max_head = 16 << 10;  // bytes of start line and headers together
    size_t max_headers = 64;
    size_t max_body = 64 << 10;  // bytes
  };

  explicit MessageParser(Options options) : options_(options) {}

  void Append(absl::string_view bytes);

  // The next message; nullopt when more bytes are needed. INVALID_ARGUMENT when this is no RTSP or
  // a limit is passed: the connection is of no use then.
  absl::StatusOr<std::optional<Message>> Next();

 private:
  absl::string_view rest() const { return absl::string_view(buffer_).substr(position_); }
  absl::StatusOr<std::optional<Message>> NextFrame();
  absl::StatusOr<std::optional<Message>> NextMessage();
  absl::StatusOr<Headers> ParseHeaders(absl::string_view text) const;

  const Options options_;
  std::string buffer_;
  size_t position_ = 0;  // of what is not parsed yet
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_MESSAGE_PARSER_H_
