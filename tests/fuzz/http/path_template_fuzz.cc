// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/http/path_template.h"
#include "libs/http/url.h"

// Input: a template and a path, separated by a newline. A path that matches a deep key never
// yields a key with a piece that climbs.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using relayfleet::http::ParsePath;
  using relayfleet::http::PathTemplate;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  if (newline == absl::string_view::npos) return 0;
  const auto path = ParsePath(input.substr(newline + 1));
  relayfleet::http::ParseQuery(input.substr(newline + 1)).IgnoreError();
  if (!path.ok()) return 0;
  const auto fuzzed = PathTemplate::Parse(input.substr(0, newline));
  if (fuzzed.ok()) fuzzed->Match(*path);
  const auto deep = PathTemplate::Parse("/relays/{key=**}/frame")->Match(*path);
  if (!deep.has_value()) return 0;
  for (const auto& [name, key] : *deep) {
    if (key.empty() || !ParsePath("/" + key).ok()) {
      // A decoded '%' may look like an escape; anything else is a hole.
      if (key.find('%') == std::string::npos && key.find(':') == std::string::npos) abort();
    }
  }
  return 0;
}
