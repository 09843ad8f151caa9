// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/mediamtx/api_json.h"

// Whatever a peer answers is a value or an error.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using relayfleet::mediamtx::SessionKind;
  const absl::string_view body(reinterpret_cast<const char*>(data), size);
  (void)relayfleet::mediamtx::ParsePath(body);
  for (const auto kind : {SessionKind::kRtsp, SessionKind::kWebrtc}) {
    const auto page = relayfleet::mediamtx::ParseSessionPage(kind, body);
    if (page.ok() && page->page_count < 0) std::abort();
  }
  if (relayfleet::mediamtx::ErrorOf(400, body).ok()) std::abort();
  return 0;
}
