// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_RTP_SENDER_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_RTP_SENDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::ingest::testing {

// A camera that sends H.264 by RTP: gives the datagrams of one unit after the other, 30 a second.
class RtpSender {
 public:
  explicit RtpSender(uint32_t ssrc, uint8_t payload_type = 96) : payload_type_(payload_type) {
    state_.ssrc = ssrc;
    state_.next_sequence = 65530;
    state_.timestamp_offset = 0xffffff00;
  }

  // A unit of several packets with SPS and PPS, and small ones of one packet.
  static std::string KeyUnit();
  static std::string DeltaUnit();

  std::vector<std::string> Key() { return Send(KeyUnit()); }
  std::vector<std::string> Delta() { return Send(DeltaUnit()); }
  std::vector<std::string> Send(const std::string& unit);

  // A sender report: the next unit is captured at `wall`.
  std::string Report(absl::Time wall) const;

 private:
  const uint8_t payload_type_;
  rtp::RtpState state_;
  int64_t pts_ = 0;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_RTP_SENDER_H_
