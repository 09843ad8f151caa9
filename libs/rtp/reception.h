// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_RECEPTION_H_
#define RELAYFLEET_LIBS_RTP_RECEPTION_H_

#include <cstdint>

#include "absl/time/time.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {

// How well one incoming RTP stream arrives, for receiver reports (RFC 3550, 6.4 and A.3, A.8):
// packets lost, jitter, and when the sender's last report came. Sees packets as they arrive,
// before any reordering. Begins anew with another SSRC. Not thread-safe.
class Reception {
 public:
  // `clock_rate`: ticks of the stream's time stamps per second.
  explicit Reception(int64_t clock_rate) : clock_rate_(clock_rate) {}

  // `now`: monotonic, as in all calls.
  void OnPacket(const RtpPacket& packet, absl::Duration now);
  void OnSenderReport(const SenderReport& report, absl::Duration now);

  // A packet came, so there is something to report.
  bool begun() const { return received_ > 0; }
  uint32_t ssrc() const { return ssrc_; }

  // The report since the one before.
  ReportBlock Report(absl::Duration now);

 private:
  void Begin(const RtpPacket& packet);
  void MeasureJitter(uint32_t timestamp, absl::Duration now);

  int64_t clock_rate_;
  uint32_t ssrc_ = 0;
  uint32_t first_ = 0;  // sequence numbers with their cycles above
  uint32_t highest_ = 0;
  uint32_t received_ = 0;
  uint32_t expected_before_ = 0;  // at the last report
  uint32_t received_before_ = 0;
  uint32_t last_transit_ = 0;  // arrival less time stamp, in ticks
  double jitter_ = 0;
  uint32_t last_report_ = 0;  // middle of its NTP time; 0: none came
  absl::Duration report_came_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_RECEPTION_H_
