// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/new_depacketizer.h"

#include "absl/status/status.h"
#include "libs/rtp/h264_depacketizer.h"

namespace relayfleet::rtp {

absl::StatusOr<std::unique_ptr<Depacketizer>> NewDepacketizer(const media::Track& track,
                                                              const media::SdpMedia& /*media*/) {
  switch (track.codec) {
    case media::Codec::kH264:
      return std::make_unique<H264Depacketizer>(H264Depacketizer::Options());
    default:
      return absl::InvalidArgumentError("this codec is not read from RTP");
  }
}

}  // namespace relayfleet::rtp
