// SPDX-License-Identifier: Apache-2.0

#include "libs/media/sdp.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"

namespace relayfleet::media {
namespace {

constexpr size_t kMaxText = 64 << 10;
constexpr size_t kMaxMedia = 16;

std::pair<absl::string_view, absl::string_view> SplitAt(absl::string_view text, char separator) {
  return absl::StrSplit(text, absl::MaxSplits(separator, 1));
}

// "video 0 RTP/AVP 96 97"
absl::StatusOr<SdpMedia> ParseMediaLine(absl::string_view value) {
  const std::vector<absl::string_view> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
  uint32_t port = 0;
  uint32_t payload_type = 0;
  if (words.size() < 4 || !absl::SimpleAtoi(SplitAt(words[1], '/').first, &port) || port > 65535) {
    return absl::InvalidArgumentError("malformed m= line");
  }
  SdpMedia media;
  media.kind = std::string(words[0]);
  media.port = static_cast<uint16_t>(port);
  // Formats that are no payload type (such as "webrtc-datachannel") are none of ours.
  if (absl::SimpleAtoi(words[3], &payload_type) && payload_type < 128) {
    media.payload_type = static_cast<uint8_t>(payload_type);
  }
  return media;
}

// "96 H264/90000"
void ParseRtpMap(absl::string_view value, SdpMedia* media) {
  const auto [type, format] = SplitAt(value, ' ');
  uint32_t payload_type = 0;
  if (!absl::SimpleAtoi(type, &payload_type) || payload_type != media->payload_type) return;
  const auto [encoding, rest] = SplitAt(absl::StripAsciiWhitespace(format), '/');
  media->encoding = absl::AsciiStrToUpper(encoding);
  if (!absl::SimpleAtoi(SplitAt(rest, '/').first, &media->clock_rate)) media->clock_rate = 0;
}

// "96 packetization-mode=1; sprop-parameter-sets=Z0,aM4="
void ParseFmtp(absl::string_view value, SdpMedia* media) {
  const auto [type, parameters] = SplitAt(value, ' ');
  uint32_t payload_type = 0;
  if (!absl::SimpleAtoi(type, &payload_type) || payload_type != media->payload_type) return;
  for (absl::string_view parameter : absl::StrSplit(parameters, ';', absl::SkipWhitespace())) {
    const auto [name, text] = SplitAt(absl::StripAsciiWhitespace(parameter), '=');
    media->parameters[absl::AsciiStrToLower(name)] = std::string(text);
  }
}

void ParseAttribute(absl::string_view value, Sdp* sdp) {
  const auto [name, text] = SplitAt(value, ':');
  SdpMedia* media = sdp->media.empty() ? nullptr : &sdp->media.back();
  if (name == "control") {
    (media == nullptr ? sdp->control : media->control) = std::string(text);
  } else if (media != nullptr && name == "rtpmap") {
    ParseRtpMap(text, media);
  } else if (media != nullptr && name == "fmtp") {
    ParseFmtp(text, media);
  }
}

}  // namespace

absl::StatusOr<Sdp> ParseSdp(absl::string_view text) {
  if (text.size() > kMaxText) return absl::InvalidArgumentError("SDP is too long");
  if (!absl::StartsWith(text, "v=0")) return absl::InvalidArgumentError("SDP does not begin: v=0");
  Sdp sdp;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "m=")) {
      if (sdp.media.size() == kMaxMedia) return absl::InvalidArgumentError("SDP: too many media");
      absl::StatusOr<SdpMedia> media = ParseMediaLine(line);
      if (!media.ok()) return media.status();
      sdp.media.push_back(*std::move(media));
    } else if (absl::ConsumePrefix(&line, "a=")) {
      ParseAttribute(line, &sdp);
    }
  }
  return sdp;
}

absl::StatusOr<Track> H264TrackOf(const SdpMedia& media) {
  if (media.encoding != "H264") return absl::InvalidArgumentError("not H.264");
  const auto mode = media.parameters.find("packetization-mode");
  if (mode != media.parameters.end() && mode->second != "0" && mode->second != "1") {
    return absl::InvalidArgumentError("H.264 packetization mode is not 0 or 1");
  }
  Track track;
  track.codec = Codec::kH264;
  track.clock_rate = media.clock_rate > 0 ? media.clock_rate : kVideoClockRate;
  const auto sets = media.parameters.find("sprop-parameter-sets");
  if (sets == media.parameters.end()) return track;
  for (absl::string_view set : absl::StrSplit(sets->second, ',', absl::SkipWhitespace())) {
    std::string nal;
    if (!absl::Base64Unescape(set, &nal)) {
      return absl::InvalidArgumentError("sprop-parameter-sets is not base64");
    }
    if (nal.empty()) continue;
    if (TypeOfNal(nal) == NalType::kSps)
      track.sps = std::move(nal);
    else if (TypeOfNal(nal) == NalType::kPps)
      track.pps = std::move(nal);
  }
  if (track.sps.empty()) return track;
  const absl::StatusOr<H264Sps> sps = ParseH264Sps(track.sps);
  if (!sps.ok()) return sps.status();
  track.width = sps->width;
  track.height = sps->height;
  return track;
}

std::string WriteH264Sdp(const Track& track, uint8_t payload_type) {
  std::string profile_level_id;
  for (size_t i = 1; i < 4 && i < track.sps.size(); ++i) {
    absl::StrAppendFormat(&profile_level_id, "%02X", static_cast<uint8_t>(track.sps[i]));
  }
  return absl::StrFormat(
      "v=0\r\n"
      "o=- 0 0 IN IP4 127.0.0.1\r\n"
      "s=relayfleet\r\n"
      "c=IN IP4 0.0.0.0\r\n"
      "t=0 0\r\n"
      "m=video 0 RTP/AVP %d\r\n"
      "a=rtpmap:%d H264/%d\r\n"
      "a=fmtp:%d packetization-mode=1; profile-level-id=%s; sprop-parameter-sets=%s,%s\r\n"
      "a=control:trackID=0\r\n",
      payload_type, payload_type, track.clock_rate, payload_type, profile_level_id,
      absl::Base64Escape(track.sps), absl::Base64Escape(track.pps));
}

}  // namespace relayfleet::media
