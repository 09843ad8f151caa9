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
    const auto track = relayfleet::media::TrackOf(media);
    if (!track.ok()) continue;
    const auto text = relayfleet::media::WriteSdp({*track});
    if (!text.ok()) continue;
    const auto again = relayfleet::media::ParseSdp(*text);
    if (!again.ok() || again->media.size() != 1) std::abort();
    const auto read = relayfleet::media::TrackOf(again->media[0]);
    if (!read.ok() || read->codec != track->codec || read->sps != track->sps) std::abort();
  }
  return 0;
}
