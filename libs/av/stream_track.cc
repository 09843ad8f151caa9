// SPDX-License-Identifier: Apache-2.0

#include "libs/av/stream_track.h"

extern "C" {
#include <libavutil/display.h>
}

#include <array>
#include <cmath>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"

namespace relayfleet::av {
namespace {

using media::Codec;

Codec CodecOf(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264:
      return Codec::kH264;
    case AV_CODEC_ID_HEVC:
      return Codec::kH265;
    case AV_CODEC_ID_MJPEG:
      return Codec::kJpeg;
    case AV_CODEC_ID_AAC:
      return Codec::kAac;
    case AV_CODEC_ID_OPUS:
      return Codec::kOpus;
    case AV_CODEC_ID_PCM_MULAW:
      return Codec::kPcmu;
    case AV_CODEC_ID_PCM_ALAW:
      return Codec::kPcma;
    default:
      return Codec::kLibav;
  }
}

std::string ExtradataOf(const AVCodecParameters& parameters) {
  return {reinterpret_cast<const char*>(parameters.extradata),
          static_cast<size_t>(parameters.extradata_size)};
}

void TakeParameterSets(absl::string_view annexb, media::Track* track) {
  for (media::NalReader reader(annexb); reader.Next();) {
    const auto header = static_cast<uint8_t>(reader.nal()[0]);
    const int type = track->codec == Codec::kH265 ? header >> 1 & 0x3f : header & 0x1f;
    std::string* place = nullptr;
    if (type == (track->codec == Codec::kH265 ? 33 : 7)) place = &track->sps;
    if (type == (track->codec == Codec::kH265 ? 34 : 8)) place = &track->pps;
    if (type == 32 && track->codec == Codec::kH265) place = &track->vps;
    if (place != nullptr && place->empty()) *place = std::string(reader.nal());
  }
}

// ISO 14496-3, 1.6.2.1: object type, frequency, channels; that is all that ADTS tells as well.
std::string AudioSpecificConfig(const AVCodecParameters& parameters) {
  constexpr std::array<int, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                          22050, 16000, 12000, 11025, 8000,  7350};
  const unsigned type = parameters.profile >= 0 && parameters.profile < 4
                            ? static_cast<unsigned>(parameters.profile) + 1
                            : 2;
  for (unsigned rate = 0; rate < kRates.size(); ++rate) {
    if (kRates[rate] != parameters.sample_rate) continue;
    const auto channels = static_cast<unsigned>(parameters.ch_layout.nb_channels);
    const unsigned bits = type << 11 | rate << 7 | (channels == 8 ? 7 : channels) << 3;
    return {static_cast<char>(bits >> 8), static_cast<char>(bits)};
  }
  return "";
}

// Degrees clockwise, in quarters.
int RotationOf(const AVStream& stream) {
  const uint8_t* const matrix =
      av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (matrix == nullptr) return 0;
  const double counterclockwise = av_display_rotation_get(reinterpret_cast<const int32_t*>(matrix));
  if (std::isnan(counterclockwise)) return 0;
  const int quarters = static_cast<int>(std::lround(-counterclockwise / 90));
  return (quarters % 4 + 4) % 4 * 90;
}

// 0 where mean and smallest distance of frames differ: the rate varies.
double FpsOf(AVFormatContext& format, AVStream& stream) {
  const double mean = av_q2d(stream.avg_frame_rate);
  const double base = av_q2d(stream.r_frame_rate);
  if (stream.avg_frame_rate.den == 0 || mean <= 0) {
    const AVRational guess = av_guess_frame_rate(&format, &stream, nullptr);
    return guess.den == 0 ? 0 : av_q2d(guess);
  }
  const bool steady = stream.r_frame_rate.den == 0 || std::abs(base - mean) < 0.05 * mean ||
                      std::abs(base - 2 * mean) < 0.05 * mean;  // fields
  return steady ? mean : 0;
}

}  // namespace

media::Track TrackOfStream(AVFormatContext& format, AVStream& stream,
                           const AVCodecParameters& parameters, uint32_t id) {
  media::Track track{.id = id, .codec = CodecOf(parameters.codec_id)};
  if (track.codec == Codec::kLibav) track.codec_name = avcodec_get_name(parameters.codec_id);
  if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) {
    track.clock_rate = track.codec == Codec::kOpus ? 48000 : parameters.sample_rate;
    track.channels = parameters.ch_layout.nb_channels;
    track.config = IsAdts(parameters) ? AudioSpecificConfig(parameters) : ExtradataOf(parameters);
    return track;
  }
  track.width = parameters.width;
  track.height = parameters.height;
  track.fps = FpsOf(format, stream);
  track.rotation = RotationOf(stream);
  if (AnnexbFilterOf(parameters) != nullptr) {
    TakeParameterSets(ExtradataOf(parameters), &track);
  } else {
    track.config = ExtradataOf(parameters);
  }
  return track;
}

const char* AnnexbFilterOf(const AVCodecParameters& parameters) {
  if (parameters.codec_id == AV_CODEC_ID_H264) return "h264_mp4toannexb";
  return parameters.codec_id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb" : nullptr;
}

bool IsAdts(const AVCodecParameters& parameters) {
  return parameters.codec_id == AV_CODEC_ID_AAC && parameters.extradata_size == 0;
}

}  // namespace relayfleet::av
