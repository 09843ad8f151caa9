// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/new_depacketizer.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "libs/media/aac_config.h"
#include "libs/rtp/aac_depacketizer.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/h265_depacketizer.h"
#include "libs/rtp/jpeg_depacketizer.h"
#include "libs/rtp/latm_depacketizer.h"
#include "libs/rtp/payload_depacketizer.h"

namespace relayfleet::rtp {
namespace {

constexpr int kMaxLength = 16;  // bits of a field
constexpr int kMaxTicks = 100'000;

// A number of fmtp; `missing` if it is not there or out of range.
int NumberIn(const media::SdpMedia& media, const std::string& name, int limit, int missing) {
  const auto found = media.parameters.find(name);
  int value = 0;
  if (found == media.parameters.end() || !absl::SimpleAtoi(found->second, &value)) return missing;
  return value >= 0 && value <= limit ? value : missing;
}

// A frame's length in ticks of the stream's clock, which with SBR may run at either rate.
int64_t FrameTicks(const media::Track& track, const media::SdpMedia& media) {
  const absl::StatusOr<media::AacConfig> config = media::ParseAacConfig(track.config);
  const int64_t ticks =
      config.ok() ? config->frame_samples * track.clock_rate / config->sample_rate : 1024;
  return NumberIn(media, "constantduration", kMaxTicks, static_cast<int>(ticks));
}

// Fields that no known camera uses would stand between those that we read.
bool HasOtherFields(const media::SdpMedia& media) {
  for (const char* name : {"ctsdeltalength", "dtsdeltalength", "randomaccessindication",
                           "streamstateindication", "auxiliarydatasizelength"}) {
    if (NumberIn(media, name, kMaxTicks, 0) != 0) return true;
  }
  return false;
}

absl::StatusOr<std::unique_ptr<Depacketizer>> NewAac(const media::Track& track,
                                                     const media::SdpMedia& media) {
  if (media.encoding == "MP4A-LATM") return std::make_unique<LatmDepacketizer>();
  if (HasOtherFields(media)) {
    return absl::InvalidArgumentError("AAC with further fields in its headers is not read");
  }
  const auto mode = media.parameters.find("mode");
  const bool low = mode != media.parameters.end() && (mode->second == "AAC-lbr");
  const int size = NumberIn(media, "sizelength", kMaxLength, low ? 6 : 13);
  const int index = NumberIn(media, "indexlength", kMaxLength, low ? 2 : 3);
  return std::make_unique<AacDepacketizer>(AacDepacketizer::Options{
      .size_length = size,
      .index_length = index,
      .index_delta_length = NumberIn(media, "indexdeltalength", kMaxLength, index),
      .frame_ticks = FrameTicks(track, media)});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Depacketizer>> NewDepacketizer(const media::Track& track,
                                                              const media::SdpMedia& media) {
  switch (track.codec) {
    case media::Codec::kH264:
      return std::make_unique<H264Depacketizer>(H264Depacketizer::Options());
    case media::Codec::kH265:
      return std::make_unique<H265Depacketizer>(H265Depacketizer::Options());
    case media::Codec::kJpeg:
      return std::make_unique<JpegDepacketizer>(
          JpegDepacketizer::Options{.width = track.width, .height = track.height});
    case media::Codec::kAac:
      return NewAac(track, media);
    case media::Codec::kOpus:
    case media::Codec::kPcmu:
    case media::Codec::kPcma:
      return std::make_unique<PayloadDepacketizer>();
    default:
      return absl::InvalidArgumentError("this codec is not read from RTP");
  }
}

}  // namespace relayfleet::rtp
