// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/message_parser.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relayfleet::rtsp {
namespace {

constexpr absl::string_view kVersion = "RTSP/1.0";
constexpr absl::string_view kEndOfHead = "\r\n\r\n";
constexpr size_t kFrameHeader = 4;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("malformed RTSP: ", what));
}

// Line ends inside a line would forge headers when a value is sent back.
bool HasControls(absl::string_view line) {
  return std::any_of(line.begin(), line.end(),
                     [](char c) { return absl::ascii_iscntrl(c) && c != '\t'; });
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
  });
}

// "RTSP/1.0 200 OK"
absl::StatusOr<Response> ParseStatusLine(absl::string_view line) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
  Response response;
  if (words.size() < 2 || words[0] != kVersion || words[1].size() != 3 ||
      !absl::SimpleAtoi(words[1], &response.code) || response.code < 100) {
    return Malformed("status line");
  }
  if (words.size() == 3) response.reason = std::string(words[2]);
  return response;
}

// "OPTIONS rtsp://host/path RTSP/1.0"
absl::StatusOr<Request> ParseRequestLine(absl::string_view line) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 3 || words[2] != kVersion || !IsToken(words[0]) || words[1].empty()) {
    return Malformed("request line");
  }
  return Request{.method = std::string(words[0]), .uri = std::string(words[1])};
}

absl::StatusOr<Message> ParseStartLine(absl::string_view line) {
  if (HasControls(line)) return Malformed("control characters");
  if (absl::StartsWith(line, "RTSP/")) return ParseStatusLine(line);
  return ParseRequestLine(line);
}

// Gives the parts that requests and responses share to the message.
void Complete(Headers headers, absl::string_view body, Message* message) {
  const auto set = [&](auto& target) {
    target.headers = std::move(headers);
    target.body = std::string(body);
  };
  if (auto* request = std::get_if<Request>(message)) set(*request);
  if (auto* response = std::get_if<Response>(message)) set(*response);
}

}  // namespace

void MessageParser::Append(absl::string_view bytes) {
  buffer_.erase(0, position_);
  position_ = 0;
  buffer_.append(bytes.data(), bytes.size());
}

absl::StatusOr<std::optional<Message>> MessageParser::Next() {
  // Some peers put an empty line behind a body.
  while (absl::StartsWith(rest(), "\r\n")) position_ += 2;
  if (rest().empty() || rest() == "\r") return std::nullopt;
  return rest()[0] == '$' ? NextFrame() : NextMessage();
}

absl::StatusOr<std::optional<Message>> MessageParser::NextFrame() {
  const absl::string_view bytes = rest();
  if (bytes.size() < kFrameHeader) return std::nullopt;
  const size_t size =
      static_cast<size_t>(static_cast<uint8_t>(bytes[2])) << 8 | static_cast<uint8_t>(bytes[3]);
  if (bytes.size() < kFrameHeader + size) return std::nullopt;
  position_ += kFrameHeader + size;
  return InterleavedFrame{.channel = static_cast<uint8_t>(bytes[1]),
                          .payload = bytes.substr(kFrameHeader, size)};
}

absl::StatusOr<std::optional<Message>> MessageParser::NextMessage() {
  const absl::string_view bytes = rest();
  const size_t head = bytes.substr(0, options_.max_head).find(kEndOfHead);
  // A peer that speaks something else is found out at once, not by a timeout.
  if (!absl::ascii_isupper(bytes[0])) return Malformed("not a message");
  if (head == absl::string_view::npos && bytes.size() >= options_.max_head) {
    return Malformed("head is too long");
  }
  const size_t line = bytes.find("\r\n");
  if (line == absl::string_view::npos) return std::nullopt;
  absl::StatusOr<Message> message = ParseStartLine(bytes.substr(0, line));
  if (!message.ok()) return message.status();
  if (head == absl::string_view::npos) return std::nullopt;
  absl::StatusOr<Headers> headers =
      ParseHeaders(line == head ? absl::string_view() : bytes.substr(line + 2, head - line - 2));
  if (!headers.ok()) return headers.status();

  uint64_t length = 0;
  const absl::string_view length_text = headers->Get("Content-Length");
  if (!length_text.empty() && !absl::SimpleAtoi(length_text, &length)) {
    return Malformed("Content-Length");
  }
  if (length > options_.max_body) return Malformed("body is too long");
  const size_t body = head + kEndOfHead.size();
  if (bytes.size() - body < length) return std::nullopt;
  Complete(*std::move(headers), bytes.substr(body, length), &*message);
  position_ += body + length;
  return *std::move(message);
}

absl::StatusOr<Headers> MessageParser::ParseHeaders(absl::string_view text) const {
  Headers headers;
  if (text.empty()) return headers;
  for (absl::string_view line : absl::StrSplit(text, "\r\n")) {
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos || !IsToken(line.substr(0, colon)) || HasControls(line)) {
      return Malformed("header");
    }
    if (headers.fields().size() == options_.max_headers) return Malformed("too many headers");
    headers.Add(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return headers;
}

}  // namespace relayfleet::rtsp
