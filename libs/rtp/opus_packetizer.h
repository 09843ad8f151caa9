// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_OPUS_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_OPUS_PACKETIZER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// Opus packets as they are (RFC 7587): what is larger than a packet shall be can't be cut.
class OpusPacketizer final : public Packetizer {
 public:
  explicit OpusPacketizer(const PacketizerOptions& options) : options_(options) {}

  void Append(absl::string_view frame, uint32_t rtp_time, RtpState* state,
              std::string* out) const override;

 private:
  const PacketizerOptions options_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_OPUS_PACKETIZER_H_
