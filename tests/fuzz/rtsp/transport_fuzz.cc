// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/transport_header.h"

// What follows the first transport changes nothing, and channels mean TCP.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto alone = relayfleet::rtsp::ParseTransport(bytes);
  const auto first = relayfleet::rtsp::ParseTransport(absl::StrCat(bytes, ",RTP/AVP;x=y"));
  if (alone.ok() != first.ok()) std::abort();
  if (!alone.ok()) return 0;
  if (alone->server_port != first->server_port || alone->tcp != first->tcp) std::abort();
  if (alone->interleaved.has_value() && !alone->tcp) std::abort();
  return 0;
}
