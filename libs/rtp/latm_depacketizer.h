// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_LATM_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_LATM_DEPACKETIZER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "libs/rtp/marker_depacketizer.h"

namespace relayfleet::rtp {

// RTP packets (RFC 6416: MP4A-LATM, one frame per element, configuration out of band) to raw AAC
// frames.
class LatmDepacketizer final : public MarkerDepacketizer {
 public:
  LatmDepacketizer() : MarkerDepacketizer(kMaxElement) {}

 private:
  static constexpr size_t kMaxElement = 64 << 10;

  void AddPayload(absl::string_view payload) override { Append(payload); }
  bool Finish(Unit* unit) override;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_LATM_DEPACKETIZER_H_
