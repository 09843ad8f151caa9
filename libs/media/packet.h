// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_PACKET_H_
#define RELAYFLEET_LIBS_MEDIA_PACKET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"

namespace relayfleet::media {

// Bytes of a packet: shared, never changed, never null in a packet.
using Payload = std::shared_ptr<const std::string>;

inline Payload MakePayload(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

// Ticks per second of video time stamps (RFC 6184, 5.1).
inline constexpr int64_t kVideoClockRate = 90000;

// One JPEG, one Annex-B access unit or one audio frame (media/v1, Codec). A plain value: copying
// shares the payload.
struct Packet {
  uint32_t track = 0;
  uint32_t generation = 1;     // of the StreamInfo in force
  uint64_t seq = 0;            // position in this stream, from 1
  uint64_t source_seq = 0;     // of an encoded packet: the picture it was made from; 0: none
  int64_t pts = 0;             // ticks of the track's clock, not wrapped, one zero for all tracks
  int64_t dts = 0;             // same ticks, strictly growing within a track
  bool key = false;            // decoding can begin here
  bool repeat = false;         // repeats the picture before because the source was silent
  bool discontinuity = false;  // something is missing before
  bool decode_only = false;    // replayed to a new transcode; makes no output
  absl::Time capture_time = absl::InfinitePast();      // InfinitePast: unknown
  bool capture_trusted = false;                        // given by the source and plausible
  absl::Time arrival_time = absl::InfinitePast();      // wall time at which the fleet got it
  absl::Duration arrival_mono = absl::ZeroDuration();  // same, monotonic; this process only
  Payload payload;
};

// Ticks of a 90 kHz clock in `duration`, rounded down.
inline int64_t ToVideoTicks(absl::Duration duration) {
  return absl::ToInt64Microseconds(duration) * 9 / 100;
}
inline absl::Duration FromVideoTicks(int64_t ticks) { return absl::Microseconds(ticks) * 100 / 9; }

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_PACKET_H_
