// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_SDP_H_
#define RELAYFLEET_LIBS_MEDIA_SDP_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/media/stream.h"

// Session descriptions (RFC 8866), as far as RTSP and RTP inputs need them. Any thread.
namespace relayfleet::media {

// One "m=" section: its first payload type, and what is said about that one.
struct SdpMedia {
  std::string kind;  // "video", "audio", …
  uint16_t port = 0;
  uint8_t payload_type = 0;
  std::string encoding;  // upper case, such as "H264"; empty: no rtpmap
  int64_t clock_rate = 0;
  std::map<std::string, std::string> parameters;  // fmtp; names in lower case
  std::string control;                            // as written; empty: none
};

struct Sdp {
  std::string control;
  std::vector<SdpMedia> media;
};

// Lines it does not know are skipped. INVALID_ARGUMENT: not a session description, or more than
// 64 KiB or 16 media.
absl::StatusOr<Sdp> ParseSdp(absl::string_view text);

// The H.264 track that a section describes; SPS and PPS are empty if it does not carry them.
// INVALID_ARGUMENT: not H.264, a packetization mode above 1, or broken parameter sets.
absl::StatusOr<Track> H264TrackOf(const SdpMedia& media);

// Describes one H.264 track (with SPS and PPS) for ANNOUNCE, in packetization mode 1 (RFC 6184),
// with the control "trackID=0".
std::string WriteH264Sdp(const Track& track, uint8_t payload_type);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_SDP_H_
