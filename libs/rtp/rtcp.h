// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_RTCP_H_
#define RELAYFLEET_LIBS_RTP_RTCP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// RTCP (RFC 3550, 6). Stateless; any thread.
namespace relayfleet::rtp {

// Says which wall time an RTP time stands for.
struct SenderReport {
  uint32_t ssrc = 0;
  absl::Time wall;  // to 2^-32 s on the wire
  uint32_t rtp_time = 0;
  uint32_t packets = 0;
  uint32_t octets = 0;
};

// Appends a compound packet: sender report and CNAME. `cname`: at most 255 bytes.
void AppendSenderReport(const SenderReport& report, absl::string_view cname, std::string* out);

// Appends a compound packet that says only that we are there: an empty receiver report and CNAME.
void AppendEmptyReceiverReport(uint32_t ssrc, absl::string_view cname, std::string* out);

// Returns the sender reports of a compound packet; the rest of it is only checked for its
// lengths. INVALID_ARGUMENT: not RTCP version 2, or cut short.
absl::StatusOr<std::vector<SenderReport>> ParseSenderReports(absl::string_view bytes);

// 64-bit NTP time. Decoding takes the second era (from 2036) for small values.
uint64_t ToNtp(absl::Time time);
absl::Time FromNtp(uint64_t ntp);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_RTCP_H_
