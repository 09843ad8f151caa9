// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "libs/rtp/rtcp.h"

// What is read can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto reports =
      relayfleet::rtp::ParseSenderReports({reinterpret_cast<const char*>(data), size});
  if (!reports.ok()) return 0;
  for (const auto& report : *reports) {
    std::string bytes;
    relayfleet::rtp::AppendSenderReport(report, "cname", &bytes);
    const auto again = relayfleet::rtp::ParseSenderReports(bytes);
    if (!again.ok() || again->size() != 1 || (*again)[0].rtp_time != report.rtp_time) std::abort();
  }
  return 0;
}
