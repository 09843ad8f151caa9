// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_PCM_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_PCM_PACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtp {

// G.711 samples (RFC 3551, 4.5.14), one byte for each channel: as they are, or cut between samples.
class PcmPacketizer final : public Packetizer {
 public:
  // `channels`: at least 1.
  PcmPacketizer(const PacketizerOptions& options, size_t channels)
      : options_(options), channels_(channels) {}

  void Append(absl::string_view samples, uint32_t rtp_time, RtpState* state,
              std::string* out) const override;

 private:
  const PacketizerOptions options_;
  const size_t channels_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_PCM_PACKETIZER_H_
