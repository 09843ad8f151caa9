// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_AAC_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_AAC_PACKETIZER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// AAC frames to packets of RFC 3640 (AAC-hbr): one frame in each, or one in several. The last
// packetn// carries the marker bit.
class AacPacketizer final : public Packetizer {
 public:
  explicit AacPacketizer(const PacketizerOptions& options) : options_(options) {}

  void Append(absl::string_view frame, uint32_t rtp_time, RtpState* state,
              std::string* out) const override;

 private:
  const PacketizerOptions options_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_AAC_PACKETIZER_H_
