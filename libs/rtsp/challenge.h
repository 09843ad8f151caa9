// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_CHALLENGE_H_
#define RELAYFLEET_LIBS_RTSP_CHALLENGE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {

// One way to authenticate that a server offers.
struct AuthChallenge {
  std::string scheme;                             // lower case: "basic", "digest"
  std::map<std::string, std::string> parameters;  // names in lower case, values unquoted
};

// Reads a WWW-Authenticate value, which may hold several challenges (RFC 9110, 11.6.1). What does
// not fit the grammar ends the reading. Any thread.
std::vector<AuthChallenge> ParseChallenges(absl::string_view value);

// Puts text between double quotes, escaped.
std::string QuotedString(absl::string_view text);

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_CHALLENGE_H_
