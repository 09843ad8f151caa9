// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/message_parser.h"

namespace {

// A digest of all messages, when the bytes come in pieces of `step`.
std::string Digest(absl::string_view bytes, size_t step) {
  relayfleet::rtsp::MessageParser parser({.max_head = 512, .max_headers = 8, .max_body = 64});
  std::string digest;
  for (size_t at = 0; at < bytes.size(); at += step) {
    parser.Append(bytes.substr(at, step));
    while (true) {
      const auto message = parser.Next();
      if (!message.ok()) return digest;
      if (!message->has_value()) break;
      absl::StrAppend(&digest, (*message)->index(), ";");
      if (const auto* frame = std::get_if<relayfleet::rtsp::InterleavedFrame>(&**message)) {
        absl::StrAppend(&digest, frame->channel, frame->payload);
      } else if (const auto* request = std::get_if<relayfleet::rtsp::Request>(&**message)) {
        digest += relayfleet::rtsp::Serialize(*request);
      }
    }
  }
  return digest;
}

}  // namespace

// The same messages come out however the bytes are cut.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = Digest(bytes, size + 1);
  if (Digest(bytes, 1) != whole || Digest(bytes, 7) != whole) std::abort();
  return 0;
}
