// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/media/aac_config.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"
#include "libs/media/h265_sps.h"
#include "libs/media/sdp.h"

// TrackOf: what each codec's RTP payload format says in fmtp.
namespace relayfleet::media {
namespace {

std::string Parameter(const SdpMedia& media, absl::string_view name) {
  const auto found = media.parameters.find(std::string(name));
  return found == media.parameters.end() ? "" : found->second;
}

Track TrackWith(Codec codec, const SdpMedia& media, int64_t default_rate) {
  Track track;
  track.codec = codec;
  track.clock_rate = media.clock_rate > 0 ? media.clock_rate : default_rate;
  track.fps = media.fps;
  return track;
}

absl::StatusOr<Track> H264Of(const SdpMedia& media) {
  const std::string mode = Parameter(media, "packetization-mode");
  if (!mode.empty() && mode != "0" && mode != "1") {
    return absl::InvalidArgumentError("H.264 packetization mode is not 0 or 1");
  }
  Track track = TrackWith(Codec::kH264, media, kVideoClockRate);
  std::string sps;
  std::string pps;
  const std::string sets = Parameter(media, "sprop-parameter-sets");
  for (absl::string_view set : absl::StrSplit(sets, ',', absl::SkipWhitespace())) {
    std::string nal;
    if (!absl::Base64Unescape(set, &nal) || nal.empty()) continue;
    if (TypeOfNal(nal) == NalType::kSps && sps.empty())
      sps = std::move(nal);
    else if (TypeOfNal(nal) == NalType::kPps && pps.empty())
      pps = std::move(nal);
  }
  const absl::StatusOr<H264Sps> parsed = ParseH264Sps(sps);
  if (!parsed.ok() || pps.empty()) return track;
  track.sps = std::move(sps);
  track.pps = std::move(pps);
  track.width = parsed->width;
  track.height = parsed->height;
  return track;
}

// The first of a list such as "QgEB…,QgEC…".
std::string FirstNal(const SdpMedia& media, absl::string_view name, H265NalType type) {
  const std::string list = Parameter(media, name);
  const std::vector<absl::string_view> units = absl::StrSplit(list, ',', absl::SkipWhitespace());
  std::string nal;
  if (units.empty() || !absl::Base64Unescape(units[0], &nal) || nal.size() < 3) return "";
  return TypeOfH265Nal(nal) == type ? nal : "";
}

absl::StatusOr<Track> H265Of(const SdpMedia& media) {
  const std::string don = Parameter(media, "sprop-max-don-diff");
  if (!don.empty() && don != "0") {
    return absl::InvalidArgumentError("H.265 packets out of decoding order are not read");
  }
  Track track = TrackWith(Codec::kH265, media, kVideoClockRate);
  std::string vps = FirstNal(media, "sprop-vps", H265NalType::kVps);
  std::string sps = FirstNal(media, "sprop-sps", H265NalType::kSps);
  std::string pps = FirstNal(media, "sprop-pps", H265NalType::kPps);
  const absl::StatusOr<H265Sps> parsed = ParseH265Sps(sps);
  if (!parsed.ok() || vps.empty() || pps.empty()) return track;
  track.vps = std::move(vps);
  track.sps = std::move(sps);
  track.pps = std::move(pps);
  track.width = parsed->width;
  track.height = parsed->height;
  return track;
}

absl::StatusOr<Track> JpegOf(const SdpMedia& media) {
  Track track = TrackWith(Codec::kJpeg, media, kVideoClockRate);
  track.width = media.width;
  track.height = media.height;
  return track;
}

absl::StatusOr<Track> AacTrack(const SdpMedia& media, const absl::StatusOr<AacConfig>& config,
                               std::string bytes) {
  Track track = TrackWith(Codec::kAac, media, 0);
  if (config.ok()) {
    track.config = std::move(bytes);
    track.channels = config->channels;
    if (track.clock_rate == 0) track.clock_rate = config->sample_rate;
    return track;
  }
  // Without a configuration it can only be the plain kind.
  track.channels = media.channels > 0 ? media.channels : 1;
  track.config = WriteAacConfig(static_cast<int>(track.clock_rate), track.channels);
  if (track.config.empty()) return absl::InvalidArgumentError("AAC without its configuration");
  return track;
}

absl::StatusOr<Track> AacOf(const SdpMedia& media) {
  std::string bytes = absl::HexStringToBytes(Parameter(media, "config"));
  const absl::StatusOr<AacConfig> config = ParseAacConfig(bytes);
  return AacTrack(media, config, std::move(bytes));
}

// RFC 6416: the configuration of a stream multiplex, with AAC's inside. Only the plain form, one
// program of one layer, and not repeated in band.
absl::StatusOr<Track> LatmOf(const SdpMedia& media) {
  if (Parameter(media, "cpresent") != "0") {
    return absl::InvalidArgumentError("AAC as LATM with its configuration in band is not read");
  }
  absl::StatusOr<std::string> bytes =
      AacConfigInLatm(absl::HexStringToBytes(Parameter(media, "config")));
  if (!bytes.ok()) return bytes.status();
  return AacTrack(media, ParseAacConfig(*bytes), *bytes);
}

absl::StatusOr<Track> AudioOf(Codec codec, const SdpMedia& media, int64_t rate, int channels) {
  Track track = TrackWith(codec, media, rate);
  track.fps = 0;
  track.channels = media.channels > 0 ? media.channels : channels;
  return track;
}

}  // namespace

absl::StatusOr<Track> TrackOf(const SdpMedia& media) {
  if (media.encoding == "H264") return H264Of(media);
  if (media.encoding == "H265" || media.encoding == "HEVC") return H265Of(media);
  if (media.encoding == "JPEG") return JpegOf(media);
  if (media.encoding == "MPEG4-GENERIC") return AacOf(media);
  if (media.encoding == "MP4A-LATM") return LatmOf(media);
  if (media.encoding == "OPUS") return AudioOf(Codec::kOpus, media, 48000, 2);
  if (media.encoding == "PCMU") return AudioOf(Codec::kPcmu, media, 8000, 1);
  if (media.encoding == "PCMA") return AudioOf(Codec::kPcma, media, 8000, 1);
  return absl::InvalidArgumentError(
      absl::StrCat("RTP encoding \"", absl::CEscape(media.encoding), "\" is not read"));
}

}  // namespace relayfleet::media
