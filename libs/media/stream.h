// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_STREAM_H_
#define RELAYFLEET_LIBS_MEDIA_STREAM_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "libs/media/packet.h"

namespace relayfleet::media {

// kLibav: what only libav reads, named by Track::codec_name.
enum class Codec { kUnknown, kJpeg, kH264, kH265, kAac, kOpus, kPcmu, kPcma, kLibav };

inline bool IsAudio(Codec codec) {
  return codec == Codec::kAac || codec == Codec::kOpus || codec == Codec::kPcmu ||
         codec == Codec::kPcma;
}

// One elementary stream.
struct Track {
  uint32_t id = 0;
  Codec codec = Codec::kUnknown;
  int64_t clock_rate = kVideoClockRate;  // ticks of pts and dts per second
  int width = 0;                         // pixels; 0: unknown, or changing
  int height = 0;
  std::string sps;  // H.264 and H.265: one NAL unit each, without start code; empty: in band
  std::string pps;
  std::string vps;         // H.265
  std::string config;      // AAC: AudioSpecificConfig; kLibav: extradata
  int channels = 0;        // audio
  std::string codec_name;  // kLibav: libav's name
  double fps = 0;          // as the source states it; 0: unknown or variable
  int rotation = 0;        // degrees clockwise to turn before showing: 0, 90, 180, 270

  friend bool operator==(const Track&, const Track&) = default;
};

// Describes the packets that follow: first in each stream, and again at each format change.
struct StreamInfo {
  uint32_t generation = 1;
  std::vector<Track> tracks;

  friend bool operator==(const StreamInfo&, const StreamInfo&) = default;
};

enum class GapReason { kUnknown, kSuperseded, kCongested, kBadData, kStageLost };

// Announces packets that will never come.
struct Gap {
  uint64_t first = 0;
  uint64_t last = 0;
  GapReason reason = GapReason::kUnknown;

  friend bool operator==(const Gap&, const Gap&) = default;
};

// One element of a media stream; order is meaning.
using Message = std::variant<StreamInfo, Packet, Gap>;

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_STREAM_H_
