// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "libs/media/sdp.h"

// A track that is read from one description survives being written into another.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto sdp = relayfleet::media::ParseSdp({reinterpret_cast<const char*>(data), size});
  if (!sdp.ok()) return 0;
  for (const auto& media : sdp->media) {
    const auto track = relayfleet::media::H264TrackOf(media);
    if (!track.ok() || track->sps.empty() || track->pps.empty()) continue;
    const auto again =
        relayfleet::media::ParseSdp(relayfleet::media::WriteH264Sdp(*track, media.payload_type));
    if (!again.ok() || again->media.size() != 1) std::abort();
    if (*relayfleet::media::H264TrackOf(again->media[0]) != *track) std::abort();
  }
  return 0;
}
