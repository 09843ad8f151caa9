// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_STREAM_TRACK_H_
#define RELAYFLEET_LIBS_AV_STREAM_TRACK_H_

#include <cstdint>

#include "libs/av/ffmpeg_ptr.h"
#include "libs/media/stream.h"

// What libav knows about a stream, in the fleet's words. Stateless.
namespace relayfleet::av {

// `parameters`: behind the bitstream filter, so that H.264 and H.265 are Annex B.
media::Track TrackOfStream(AVFormatContext& format, AVStream& stream,
                           const AVCodecParameters& parameters, uint32_t id);

// Name of the bitstream filter that makes H.264 and H.265 of any container Annex B; null: none.
const char* AnnexbFilterOf(const AVCodecParameters& parameters);

// AAC behind ADTS headers, which tell what else an AudioSpecificConfig does.
bool IsAdts(const AVCodecParameters& parameters);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_STREAM_TRACK_H_
