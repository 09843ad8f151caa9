// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/rtsp/challenge.h"

// Quoting undoes unquoting, whatever the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  relayfleet::rtsp::ParseChallenges(bytes);
  const auto quoted =
      relayfleet::rtsp::ParseChallenges("Digest realm=" + relayfleet::rtsp::QuotedString(bytes));
  if (quoted.size() != 1 || quoted[0].parameters.at("realm") != bytes) std::abort();
  return 0;
}
