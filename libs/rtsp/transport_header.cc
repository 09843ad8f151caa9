// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/transport_header.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace relayfleet::rtsp {
namespace {

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("malformed Transport: ", what));
}

// "2-3", or "2" for the first of two.
template <typename T>
bool ParsePair(absl::string_view text, std::optional<std::pair<T, T>>* pair) {
  if (text.empty()) return false;
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::MaxSplits('-', 1));
  constexpr uint32_t kMax = std::numeric_limits<T>::max();
  uint32_t first = 0;
  uint32_t second = 0;
  if (!absl::SimpleAtoi(words[0], &first) || first > kMax) return false;
  if (words.size() == 1) {
    second = first == kMax ? 0 : first + 1;
  } else if (!absl::SimpleAtoi(words[1], &second) || second > kMax) {
    return false;
  }
  *pair = std::make_pair(static_cast<T>(first), static_cast<T>(second));
  return true;
}

absl::Status ParseParameter(absl::string_view parameter, Transport* transport) {
  if (parameter.empty()) return absl::OkStatus();
  const std::vector<absl::string_view> parts = absl::StrSplit(parameter, absl::MaxSplits('=', 1));
  const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parts[0]));
  const absl::string_view value =
      parts.size() == 1 ? absl::string_view() : absl::StripAsciiWhitespace(parts[1]);
  if (name == "multicast") transport->multicast = true;
  if (name == "interleaved" && !ParsePair(value, &transport->interleaved)) return Malformed(name);
  if (name == "server_port" && !ParsePair(value, &transport->server_port)) return Malformed(name);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Transport> ParseTransport(absl::string_view value) {
  if (value.empty()) return Malformed("not RTP/AVP");
  value = value.substr(0, value.find(','));
  const std::vector<absl::string_view> parts = absl::StrSplit(value, ';');
  const std::string protocol = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(parts[0]));
  if (!absl::StartsWith(protocol, "RTP/AVP")) return Malformed("not RTP/AVP");
  Transport transport;
  for (size_t i = 1; i < parts.size(); ++i) {
    if (absl::Status status = ParseParameter(parts[i], &transport); !status.ok()) return status;
  }
  transport.tcp = absl::EndsWith(protocol, "/TCP") || transport.interleaved.has_value();
  return transport;
}

}  // namespace relayfleet::rtsp
