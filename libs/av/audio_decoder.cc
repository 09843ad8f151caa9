// SPDX-License-Identifier: Apache-2.0

#include "libs/av/audio_decoder.h"

#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/log_capture.h"
#include "libs/av/resampler.h"

namespace relayfleet::av {
namespace {

const AVCodec* DecoderOf(const media::Track& track) {
  switch (track.codec) {
    case media::Codec::kAac:
      return avcodec_find_decoder(AV_CODEC_ID_AAC);
    case media::Codec::kOpus:
      return avcodec_find_decoder(AV_CODEC_ID_OPUS);
    case media::Codec::kPcmu:
      return avcodec_find_decoder(AV_CODEC_ID_PCM_MULAW);
    case media::Codec::kPcma:
      return avcodec_find_decoder(AV_CODEC_ID_PCM_ALAW);
    case media::Codec::kLibav: {
      const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(track.codec_name.c_str());
      return codec == nullptr ? nullptr : avcodec_find_decoder(codec->id);
    }
    default:
      return nullptr;
  }
}

}  // namespace

struct AudioDecoder::State {
  absl::Status Open(const media::Track& track);
  absl::Status Receive(AudioBlock& out);

  std::string name;
  CodecContextPtr context;
  AvPacketPtr packet{av_packet_alloc()};
  AvFramePtr frame{av_frame_alloc()};
  Resampler to_float;  // of the rate and channels that come, to interleaved floats
};

absl::Status AudioDecoder::State::Open(const media::Track& track) {
  const AVCodec* codec = DecoderOf(track);
  if (codec == nullptr || codec->type != AVMEDIA_TYPE_AUDIO) {
    return absl::InvalidArgumentError(
        absl::StrCat("libav has no decoder for audio of ",
                     track.codec_name.empty() ? "this codec" : track.codec_name));
  }
  name = codec->name;
  context.reset(avcodec_alloc_context3(codec));
  context->thread_count = 1;
  context->sample_rate = static_cast<int>(track.clock_rate);
  av_channel_layout_default(&context->ch_layout, track.channels > 0 ? track.channels : 1);
  if (!track.config.empty()) {
    context->extradata =
        static_cast<uint8_t*>(av_mallocz(track.config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context->extradata == nullptr) return absl::ResourceExhaustedError("out of memory");
    std::memcpy(context->extradata, track.config.data(), track.config.size());
    context->extradata_size = static_cast<int>(track.config.size());
  }
  const LogCapture log;
  const int result = avcodec_open2(context.get(), codec, nullptr);
  if (result < 0) return absl::InvalidArgumentError(log.Explain(name, result));
  return absl::OkStatus();
}

// All that came of the packet, as one block.
absl::Status AudioDecoder::State::Receive(AudioBlock& out) {
  while (true) {
    const int result = avcodec_receive_frame(context.get(), frame.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return absl::OkStatus();
    if (result < 0) return absl::InvalidArgumentError(AvErrorText(name, result));
    out.rate = frame->sample_rate;
    out.channels = frame->ch_layout.nb_channels;
    const absl::Status converted = to_float.Convert(*frame, out.rate, out.channels, out.samples);
    av_frame_unref(frame.get());
    if (!converted.ok()) return converted;
  }
}

absl::StatusOr<std::unique_ptr<AudioDecoder>> AudioDecoder::Create(const media::Track& track) {
  auto state = std::make_unique<State>();
  const absl::Status opened = state->Open(track);
  if (!opened.ok()) return opened;
  return std::unique_ptr<AudioDecoder>(new AudioDecoder(std::move(state)));
}

AudioDecoder::AudioDecoder(std::unique_ptr<State> state) : state_(std::move(state)) {}

AudioDecoder::~AudioDecoder() = default;

absl::StatusOr<AudioBlock> AudioDecoder::Decode(absl::string_view packet) {
  if (packet.empty()) return absl::InvalidArgumentError("empty packet");
  AVPacket* const av = state_->packet.get();
  int result = av_new_packet(av, static_cast<int>(packet.size()));
  if (result < 0) return absl::ResourceExhaustedError(AvErrorText(state_->name, result));
  std::memcpy(av->data, packet.data(), packet.size());
  const LogCapture log;
  result = avcodec_send_packet(state_->context.get(), av);
  av_packet_unref(av);
  if (result < 0) return absl::InvalidArgumentError(log.Explain(state_->name, result));
  AudioBlock block;
  const absl::Status received = state_->Receive(block);
  if (!received.ok()) return received;
  return block;
}

}  // namespace relayfleet::av
