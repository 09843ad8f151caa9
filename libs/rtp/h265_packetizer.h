// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_H265_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_H265_PACKETIZER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// H.265 access units (Annex B) to packets of RFC 7798: units that fit together into one packet
// share it (AP), larger ones are fragmented (FU). The last packet carries the marker bit.
class H265Packetizer final : public Packetizer {
 public:
  explicit H265Packetizer(const PacketizerOptions& options) : options_(options) {}

  void Append(absl::string_view access_unit, uint32_t rtp_time, RtpState* state,
              std::string* out) const override;
  // An access unit delimiter.
  bool AppendDelimiter(uint32_t rtp_time, RtpState* state, std::string* out) const override;

 private:
  const PacketizerOptions options_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_H265_PACKETIZER_H_
