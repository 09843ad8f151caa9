// SPDX-License-Identifier: Apache-2.0

#include "libs/av/h264_settings.h"

#include <string>

#include "libs/media/packet.h"

namespace relayfleet::av {
namespace {

// H.264 table A-1: macroblocks per second and per picture, kbit/s in Baseline.
struct Level {
  int idc;
  int64_t blocks_per_second;
  int64_t blocks;
  int64_t kbps;
};
constexpr Level kLevels[] = {
    {31, 108'000, 3'600, 14'000},      {32, 216'000, 5'120, 20'000},
    {40, 245'760, 8'192, 20'000},      {42, 522'240, 8'704, 50'000},
    {50, 589'824, 22'080, 135'000},    {51, 983'040, 36'864, 240'000},
    {52, 2'073'600, 36'864, 240'000},  {60, 4'177'920, 139'264, 240'000},
    {61, 8'355'840, 139'264, 480'000},
};

void SetColours(Colours colours, AVCodecContext& context) {
  context.color_range = AVCOL_RANGE_MPEG;
  context.chroma_sample_location =
      colours == Colours::kJpeg ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
  context.colorspace = AVCOL_SPC_SMPTE170M;
  context.color_primaries = AVCOL_PRI_SMPTE170M;
  context.color_trc = AVCOL_TRC_SMPTE170M;
  if (colours == Colours::kBt709) {
    context.colorspace = AVCOL_SPC_BT709;
    context.color_primaries = AVCOL_PRI_BT709;
    context.color_trc = AVCOL_TRC_BT709;
  } else if (colours == Colours::kBt2020) {
    context.colorspace = AVCOL_SPC_BT2020_NCL;
    context.color_primaries = AVCOL_PRI_BT2020;
    context.color_trc = AVCOL_TRC_BT2020_10;
  }
}

void SetFormat(const VideoEncoder::Options& options, AVCodecContext& context) {
  context.width = options.width;
  context.height = options.height;
  context.pix_fmt = AV_PIX_FMT_YUV420P;
  context.time_base = {1, static_cast<int>(media::kVideoClockRate)};
  context.framerate = {options.max_fps, 1};
  context.sample_aspect_ratio = {1, 1};
  context.level = H264LevelFor(options);
  SetColours(options.colours, context);
}

void SetRate(const VideoEncoder::Options& options, AVCodecContext& context) {
  context.bit_rate = int64_t{options.bitrate_kbps} * 1000;
  context.rc_max_rate = context.bit_rate;
  context.rc_buffer_size = static_cast<int>(kH264VbvSeconds * context.bit_rate);
  // Key frames come by time, from Encode(), and never by libx264's count of pictures.
  context.gop_size = 1 << 30;
  context.keyint_min = 1;
  context.max_b_frames = 0;
  context.thread_count = 1;
}

const char* ProfileName(media::Profile profile) {
  switch (profile) {
    case media::Profile::kBaseline:
      return "baseline";
    case media::Profile::kMain:
      return "main";
    case media::Profile::kHigh:
      return "high";
  }
  return "baseline";
}

int LibavProfile(media::Profile profile) {
  switch (profile) {
    case media::Profile::kBaseline:
      return FF_PROFILE_H264_CONSTRAINED_BASELINE;
    case media::Profile::kMain:
      return FF_PROFILE_H264_MAIN;
    case media::Profile::kHigh:
      return FF_PROFILE_H264_HIGH;
  }
  return FF_PROFILE_H264_CONSTRAINED_BASELINE;
}

void SetOptions(const EncoderKind& kind, media::Profile profile, AVCodecContext& context,
                AvOptions& options) {
  for (const auto& [key, value] : kind.options) options.Set(key, value);
  options.Set("profile", ProfileName(profile));
  if (kind.hardware) {
    context.profile = LibavProfile(profile);
    return;
  }
  // log: 0 is errors; it warns between the two steps of each AdaptRate(). What the preset leaves
  // out is what tells the profiles apart.
  std::string params = "repeat-headers=1:aud=0:log=0";
  if (profile != media::Profile::kBaseline) params += ":cabac=1";
  if (profile == media::Profile::kHigh) params += ":8x8dct=1";
  options.Set("x264-params", params);
}

}  // namespace

int H264LevelFor(const VideoEncoder::Options& options) {
  const int64_t blocks = int64_t{(options.width + 15) / 16} * ((options.height + 15) / 16);
  for (const Level& level : kLevels) {
    if (blocks <= level.blocks && blocks * options.max_fps <= level.blocks_per_second &&
        options.bitrate_kbps <= level.kbps) {
      return level.idc;
    }
  }
  return 62;
}

void ApplyH264Settings(const EncoderKind& kind, const VideoEncoder::Options& options,
                       AVCodecContext& context, AvOptions& dictionary) {
  SetFormat(options, context);
  SetRate(options, context);
  SetOptions(kind, options.profile, context, dictionary);
}

}  // namespace relayfleet::av
