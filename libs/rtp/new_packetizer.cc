// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/new_packetizer.h"

#include <algorithm>

#include "absl/status/status.h"
#include "libs/rtp/aac_packetizer.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/h265_packetizer.h"
#include "libs/rtp/opus_packetizer.h"
#include "libs/rtp/pcm_packetizer.h"

namespace relayfleet::rtp {

absl::StatusOr<std::unique_ptr<Packetizer>> NewPacketizer(const media::Track& track,
                                                          const PacketizerOptions& options) {
  switch (track.codec) {
    case media::Codec::kH264:
      return std::make_unique<H264Packetizer>(options);
    case media::Codec::kH265:
      return std::make_unique<H265Packetizer>(options);
    case media::Codec::kAac:
      return std::make_unique<AacPacketizer>(options);
    case media::Codec::kOpus:
      return std::make_unique<OpusPacketizer>(options);
    case media::Codec::kPcmu:
    case media::Codec::kPcma:
      return std::make_unique<PcmPacketizer>(options,
                                             static_cast<size_t>(std::max(1, track.channels)));
    default:
      return absl::InvalidArgumentError("this codec is not sent in RTP");
  }
}

}  // namespace relayfleet::rtp
