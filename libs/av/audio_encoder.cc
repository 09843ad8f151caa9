// SPDX-License-Identifier: Apache-2.0

#include "libs/av/audio_encoder.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"
#include "libs/av/log_capture.h"

namespace relayfleet::av {

struct AudioEncoder::State {
  // Encoders have a word to say at their end.
  ~State() {
    const LogCapture quiet;
    context = nullptr;
  }

  absl::Status Open(const Options& options);
  absl::Status Fill(absl::Span<const float> samples, int64_t pts);
  absl::StatusOr<std::vector<AudioUnit>> Receive();

  CodecContextPtr context;
  AvFramePtr frame{av_frame_alloc()};
  AvPacketPtr packet{av_packet_alloc()};
  media::Track track;
};

absl::string_view AudioEncoder::NameOf(media::Codec codec) {
  return codec == media::Codec::kOpus ? "libopus" : "aac";
}

absl::Status AudioEncoder::State::Open(const Options& options) {
  const std::string name(NameOf(options.codec));
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec == nullptr) {
    return absl::UnavailableError(absl::StrCat(name, ": not built into this libav"));
  }
  context.reset(avcodec_alloc_context3(codec));
  context->bit_rate = int64_t{options.bitrate_kbps} * 1000;
  context->sample_rate = options.sample_rate;
  context->sample_fmt =
      options.codec == media::Codec::kOpus ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  context->time_base = {1, options.sample_rate};
  context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  context->thread_count = 1;
  av_channel_layout_default(&context->ch_layout, options.channels);
  const LogCapture log;
  const int result = avcodec_open2(context.get(), codec, nullptr);
  if (result < 0) return absl::InvalidArgumentError(log.Explain(name, result));
  track = {.codec = options.codec, .clock_rate = options.sample_rate, .channels = options.channels};
  if (options.codec == media::Codec::kAac && context->extradata != nullptr) {
    track.config.assign(reinterpret_cast<const char*>(context->extradata), context->extradata_size);
  }
  return absl::OkStatus();
}

absl::Status AudioEncoder::State::Fill(absl::Span<const float> samples, int64_t pts) {
  av_frame_unref(frame.get());
  frame->nb_samples = context->frame_size;
  frame->format = context->sample_fmt;
  frame->sample_rate = context->sample_rate;
  frame->pts = pts;
  const int channels = context->ch_layout.nb_channels;
  int result = av_channel_layout_copy(&frame->ch_layout, &context->ch_layout);
  if (result >= 0) result = av_frame_get_buffer(frame.get(), 0);
  if (result < 0) return absl::ResourceExhaustedError(AvErrorText("audio", result));
  if (context->sample_fmt == AV_SAMPLE_FMT_FLT) {
    std::memcpy(frame->data[0], samples.data(), samples.size() * sizeof(float));
    return absl::OkStatus();
  }
  for (int c = 0; c < channels; ++c) {
    auto* to = reinterpret_cast<float*>(frame->data[c]);
    for (int i = 0; i < frame->nb_samples; ++i) to[i] = samples[i * channels + c];
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AudioUnit>> AudioEncoder::State::Receive() {
  std::vector<AudioUnit> units;
  while (true) {
    const int result = avcodec_receive_packet(context.get(), packet.get());
    if (result == AVERROR(EAGAIN)) return units;
    if (result < 0) return absl::InternalError(AvErrorText(context->codec->name, result));
    units.push_back(
        {.data = {reinterpret_cast<const char*>(packet->data), static_cast<size_t>(packet->size)},
         .pts = packet->pts});
    av_packet_unref(packet.get());
  }
}

absl::StatusOr<std::unique_ptr<AudioEncoder>> AudioEncoder::Create(const Options& options) {
  auto state = std::make_unique<State>();
  const absl::Status opened = state->Open(options);
  if (!opened.ok()) return opened;
  return std::unique_ptr<AudioEncoder>(new AudioEncoder(std::move(state)));
}

AudioEncoder::AudioEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}

AudioEncoder::~AudioEncoder() = default;

int AudioEncoder::frame_size() const { return state_->context->frame_size; }

const media::Track& AudioEncoder::track() const { return state_->track; }

absl::StatusOr<std::vector<AudioUnit>> AudioEncoder::Encode(absl::Span<const float> samples,
                                                            int64_t pts) {
  const size_t wanted = static_cast<size_t>(frame_size()) * state_->context->ch_layout.nb_channels;
  if (samples.size() != wanted) return absl::InvalidArgumentError("audio of a wrong length");
  const LogCapture log;
  const absl::Status filled = state_->Fill(samples, pts);
  if (!filled.ok()) return filled;
  const int result = avcodec_send_frame(state_->context.get(), state_->frame.get());
  if (result < 0) {
    return absl::InternalError(log.Explain(state_->context->codec->name, result));
  }
  return state_->Receive();
}

}  // namespace relayfleet::av
