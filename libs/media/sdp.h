// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_SDP_H_
#define RELAYFLEET_LIBS_MEDIA_SDP_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/media/stream.h"

// Session descriptions (RFC 8866), as far as RTSP and RTP inputs need them. Any thread.
namespace relayfleet::media {

// What the other side does: kSendOnly and kSendRecv bring media, kUnknown too.
enum class SdpDirection { kUnknown, kSendRecv, kSendOnly, kRecvOnly, kInactive };

// One "m=" section: the first of its payload types that TrackOf knows, else the first, and what
// is said about that one.
struct SdpMedia {
  std::string kind;  // "video", "audio", …
  uint16_t port = 0;
  uint8_t payload_type = 0;
  std::string encoding;    // upper case, such as "H264"; of static payload types too; or empty
  int64_t clock_rate = 0;  // 0: not said
  int channels = 0;        // 0: not said
  std::map<std::string, std::string> parameters;  // fmtp; names in lower case
  std::string control;                            // as written; empty: none
  std::string address;                            // of c=, without TTL; empty: none
  SdpDirection direction = SdpDirection::kUnknown;
  double fps = 0;  // a=framerate
  int width = 0;   // a=framesize, a=x-dimensions: JPEG that is too large for its RTP header
  int height = 0;
};

struct Sdp {
  std::string control;
  std::vector<SdpMedia> media;
};

// Lines it does not know are skipped. INVALID_ARGUMENT: not a session description, or more than
// 64 KiB or 16 media.
absl::StatusOr<Sdp> ParseSdp(absl::string_view text);

// The track that a section describes: H.264, H.265, JPEG, AAC (RFC 3640, RFC 6416), Opus, G.711.
// Parameter sets that it does not carry, or that are broken, are empty: they come in band.
// INVALID_ARGUMENT: another codec, or a way of packing it that we don't read.
absl::StatusOr<Track> TrackOf(const SdpMedia& media);

// The payload type that WriteSdp gives the track at `index`.
inline uint8_t SdpPayloadType(size_t index) { return static_cast<uint8_t>(96 + index); }

// Describes tracks (H.264 and H.265 with parameter sets, AAC with its configuration, Opus, G.711)
// for ANNOUNCE, with the controls "trackID=0", "trackID=1", … INVALID_ARGUMENT: another codec.
absl::StatusOr<std::string> WriteSdp(const std::vector<Track>& tracks);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_SDP_H_
