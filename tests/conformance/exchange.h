// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_CONFORMANCE_EXCHANGE_H_
#define RELAYFLEET_TESTS_CONFORMANCE_EXCHANGE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::conformance {

// One request and the answer that it has to get, as written in a text file. See
// robot_relay/README.md for the format.
struct Exchange {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  std::string title;
  // The request is sent on so many connections at once; each gets this answer.
  int at_once = 1;
  std::string method;
  std::string target;
  Headers headers;
  std::string body;
  int status = 0;
  Headers expected_headers;
  // JSON with placeholders; empty: no body.
  std::string expected_body;
};

// How "<key:a/b>" is written in a request's target.
enum class KeyForm { kRaw, kEscaped };

// Reads a file of exchanges. INVALID_ARGUMENT names what is wrong.
absl::StatusOr<std::vector<Exchange>> ParseExchanges(absl::string_view text, KeyForm form);

// "" if `actual` is what `expected` says, else how they differ.
std::string CompareBody(const std::string& expected, const std::string& actual);

}  // namespace relayfleet::conformance

#endif  // RELAYFLEET_TESTS_CONFORMANCE_EXCHANGE_H_
