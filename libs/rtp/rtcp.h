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

// What a receiver says about one stream (RFC 3550, 6.4.1).
struct ReportBlock {
  uint32_t ssrc = 0;          // of the stream's sender
  uint8_t fraction_lost = 0;  // since the report before, in 256ths
  int32_t lost = 0;           // so far, 24 bits
  uint32_t highest = 0;       // sequence number with its cycles above
  uint32_t jitter = 0;        // ticks of the stream's clock
  uint32_t last_report = 0;   // middle 32 bits of the newest sender report's NTP time; 0: none
  uint32_t since_report = 0;  // since that came, in 65536ths of a second
};

// Appends a compound packet: receiver report, of at most 31 streams, and CNAME. Without blocks it
// says only that we are there.
void AppendReceiverReport(uint32_t ssrc, const std::vector<ReportBlock>& blocks,
                          absl::string_view cname, std::string* out);
inline void AppendEmptyReceiverReport(uint32_t ssrc, absl::string_view cname, std::string* out) {
  AppendReceiverReport(ssrc, {}, cname, out);
}

// Appends a compound packet that asks the sender `media_ssrc` for a key frame (Picture Loss
// Indication, RFC 4585, 6.3.1).
void AppendPictureLoss(uint32_t ssrc, uint32_t media_ssrc, absl::string_view cname,
                       std::string* out);

// Returns the sender reports of a compound packet; the rest of it is only checked for its
// lengths. INVALID_ARGUMENT: not RTCP version 2, or cut short.
absl::StatusOr<std::vector<SenderReport>> ParseSenderReports(absl::string_view bytes);

// 64-bit NTP time. Decoding takes the second era (from 2036) for small values.
uint64_t ToNtp(absl::Time time);
absl::Time FromNtp(uint64_t ntp);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_RTCP_H_
