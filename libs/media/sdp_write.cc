// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/media/sdp.h"

// WriteSdp.
namespace relayfleet::media {
namespace {

constexpr absl::string_view kSession =
    "v=0\r\n"
    "o=- 0 0 IN IP4 127.0.0.1\r\n"
    "s=relayfleet\r\n"
    "c=IN IP4 0.0.0.0\r\n"
    "t=0 0\r\n";

// How one track is named in rtpmap, and what fmtp says about it.
struct Words {
  std::string rtpmap;
  std::string fmtp;
};

std::string H264Fmtp(const Track& track) {
  std::string profile_level_id;
  for (size_t i = 1; i < 4 && i < track.sps.size(); ++i) {
    absl::StrAppendFormat(&profile_level_id, "%02X", static_cast<uint8_t>(track.sps[i]));
  }
  return absl::StrFormat("packetization-mode=1; profile-level-id=%s; sprop-parameter-sets=%s,%s",
                         profile_level_id, absl::Base64Escape(track.sps),
                         absl::Base64Escape(track.pps));
}

std::string H265Fmtp(const Track& track) {
  return absl::StrFormat("sprop-vps=%s; sprop-sps=%s; sprop-pps=%s", absl::Base64Escape(track.vps),
                         absl::Base64Escape(track.sps), absl::Base64Escape(track.pps));
}

std::string AacFmtp(const Track& track) {
  return absl::StrFormat(
      "streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; "
      "indexdeltalength=3; config=%s",
      absl::BytesToHexString(track.config));
}

absl::StatusOr<Words> WordsFor(const Track& track) {
  switch (track.codec) {
    case Codec::kH264:
      return Words{absl::StrCat("H264/", track.clock_rate), H264Fmtp(track)};
    case Codec::kH265:
      return Words{absl::StrCat("H265/", track.clock_rate), H265Fmtp(track)};
    case Codec::kAac:
      return Words{absl::StrCat("mpeg4-generic/", track.clock_rate, "/", track.channels),
                   AacFmtp(track)};
    case Codec::kOpus:
      // Two channels by definition; what is coded is said by the parameter (RFC 7587, 7).
      return Words{"opus/48000/2", track.channels == 1 ? "sprop-stereo=0" : "sprop-stereo=1"};
    case Codec::kPcmu:
      return Words{absl::StrCat("PCMU/", track.clock_rate, "/", track.channels), ""};
    case Codec::kPcma:
      return Words{absl::StrCat("PCMA/", track.clock_rate, "/", track.channels), ""};
    default:
      return absl::InvalidArgumentError("a codec that is not published");
  }
}

}  // namespace

absl::StatusOr<std::string> WriteSdp(const std::vector<Track>& tracks) {
  std::string sdp(kSession);
  for (size_t i = 0; i < tracks.size(); ++i) {
    const absl::StatusOr<Words> words = WordsFor(tracks[i]);
    if (!words.ok()) return words.status();
    const int type = SdpPayloadType(i);
    absl::StrAppendFormat(&sdp, "m=%s 0 RTP/AVP %d\r\na=rtpmap:%d %s\r\n",
                          IsAudio(tracks[i].codec) ? "audio" : "video", type, type, words->rtpmap);
    if (!words->fmtp.empty()) absl::StrAppendFormat(&sdp, "a=fmtp:%d %s\r\n", type, words->fmtp);
    absl::StrAppendFormat(&sdp, "a=control:trackID=%d\r\n", i);
  }
  return sdp;
}

}  // namespace relayfleet::media
