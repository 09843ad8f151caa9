// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_H264_SETTINGS_H_
#define RELAYFLEET_LIBS_AV_H264_SETTINGS_H_

#include "libs/av/encoder_kinds.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/video_encoder.h"

namespace relayfleet::av {

// Of the bit rate: what a burst (a key frame) may take at most. Shorter makes the picture pulse at
// each key frame, longer makes a slow link wait for it.
inline constexpr double kH264VbvSeconds = 0.5;

// level_idc that pictures of that size, rate and bit rate need in Baseline profile, at least 31.
int H264LevelFor(const VideoEncoder::Options& options);

// Sets up `context`, before it is opened with `dictionary`, for an encoder of that kind.
void ApplyH264Settings(const EncoderKind& kind, const VideoEncoder::Options& options,
                       AVCodecContext& context, AvOptions& dictionary);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_H264_SETTINGS_H_
