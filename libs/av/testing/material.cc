// SPDX-License-Identifier: Apache-2.0

#include "libs/av/testing/material.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/media/annexb.h"

namespace relayfleet::av::testing {
namespace {

media::Codec CodecOf(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264:
      return media::Codec::kH264;
    case AV_CODEC_ID_HEVC:
      return media::Codec::kH265;
    case AV_CODEC_ID_AAC:
      return media::Codec::kAac;
    case AV_CODEC_ID_OPUS:
      return media::Codec::kOpus;
    case AV_CODEC_ID_PCM_MULAW:
      return media::Codec::kPcmu;
    case AV_CODEC_ID_PCM_ALAW:
      return media::Codec::kPcma;
    default:
      return media::Codec::kLibav;
  }
}

// Parameter sets of Annex B extradata.
void TakeSets(media::Track& track) {
  for (media::NalReader reader(track.config); reader.Next();) {
    const std::string nal(reader.nal());
    const auto first = static_cast<uint8_t>(nal[0]);
    const int type = track.codec == media::Codec::kH264 ? first & 0x1f : first >> 1 & 0x3f;
    if (type == 7 || type == 33) track.sps = nal;
    if (type == 8 || type == 34) track.pps = nal;
    if (type == 32) track.vps = nal;
  }
  track.config.clear();
}

media::Track TrackOf(const AVCodecParameters& parameters) {
  media::Track track{.codec = CodecOf(parameters.codec_id)};
  if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) {
    track.clock_rate = parameters.sample_rate;
    track.channels = parameters.ch_layout.nb_channels;
  }
  track.codec_name = avcodec_get_name(parameters.codec_id);
  if (parameters.extradata != nullptr) {
    track.config.assign(reinterpret_cast<const char*>(parameters.extradata),
                        parameters.extradata_size);
  }
  if (track.codec == media::Codec::kH264 || track.codec == media::Codec::kH265) TakeSets(track);
  return track;
}

Material Read(const std::string& path) {
  Material material;
  AVFormatContext* opened = nullptr;
  const int result = avformat_open_input(&opened, path.c_str(), nullptr, nullptr);
  const FormatContextPtr format(opened);
  if (result < 0 || format->nb_streams == 0) {
    ADD_FAILURE() << AvErrorText(path, result);
    return material;
  }
  const AVStream& stream = *format->streams[0];
  material.track = TrackOf(*stream.codecpar);
  const AVRational ticks{1, static_cast<int>(material.track.clock_rate)};
  const AvPacketPtr packet(av_packet_alloc());
  while (av_read_frame(format.get(), packet.get()) >= 0) {
    media::Packet out;
    out.seq = material.packets.size() + 1;
    out.pts = av_rescale_q(packet->pts, stream.time_base, ticks);
    out.dts = av_rescale_q(packet->dts, stream.time_base, ticks);
    out.key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    out.payload = media::MakePayload(
        {reinterpret_cast<const char*>(packet->data), static_cast<size_t>(packet->size)});
    material.packets.push_back(std::move(out));
    av_packet_unref(packet.get());
  }
  return material;
}

}  // namespace

Material MakeMaterial(const std::string& arguments) {
  static std::atomic<int> number = 0;
  // NUT keeps time stamps, and H.264 as it comes.
  const std::string path = absl::StrCat(::testing::TempDir(), "/material", ++number, ".nut");
  const std::string command =
      absl::StrCat("ffmpeg -nostdin -v error -y ", arguments, " -f nut ", path);
  const int result = std::system(command.c_str());
  EXPECT_EQ(result, 0) << command;
  return result == 0 ? Read(path) : Material();
}

std::string GreySteps(const std::string& size, const std::string& fps, int frames, int step) {
  return absl::StrCat("-f lavfi -i nullsrc=s=", size, ":r=", fps, ",format=yuv420p,geq=lum=32+N*",
                      step, ":cb=128:cr=128 -frames:v ", frames);
}

}  // namespace relayfleet::av::testing
