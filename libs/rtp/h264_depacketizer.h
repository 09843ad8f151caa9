// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "libs/rtp/marker_depacketizer.h"

namespace relayfleet::rtp {

// RTP packets (RFC 6184, packetization modes 0 and 1) to Annex-B access units with 4-byte start
// codes. Those with an IDR picture are keys.
class H264Depacketizer final : public MarkerDepacketizer {
 public:
  struct Options {
    size_t max_access_unit = kMaxUnit;  // bytes
  };

  explicit H264Depacketizer(Options options) : MarkerDepacketizer(options.max_access_unit) {}

 private:
  void AddPayload(absl::string_view payload) override;
  bool Finish(Unit* unit) override;
  void AddAggregate(absl::string_view payload);
  void AddFragment(absl::string_view payload);
  void AddNal(absl::string_view nal);

  bool in_fragment_ = false;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_
