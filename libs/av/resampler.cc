// SPDX-License-Identifier: Apache-2.0

#include "libs/av/resampler.h"

#include "libs/av/ffmpeg_ptr.h"

extern "C" {
#include <libswresample/swresample.h>
}

namespace relayfleet::av {
namespace {

struct FreeSwr {
  void operator()(SwrContext* context) const { swr_free(&context); }
};

struct Shape {
  int format = AV_SAMPLE_FMT_NONE;
  int rate = 0;
  int channels = 0;

  friend bool operator==(const Shape&, const Shape&) = default;
};

}  // namespace

struct Resampler::State {
  absl::Status Prepare(const Shape& from, const Shape& to);
  absl::Status Run(const uint8_t* const* data, int frames, std::vector<float>& samples);

  std::unique_ptr<SwrContext, FreeSwr> context;
  Shape in, out;
};

absl::Status Resampler::State::Prepare(const Shape& from, const Shape& to) {
  if (context != nullptr && from == in && to == out) return absl::OkStatus();
  AVChannelLayout in_layout, out_layout;
  av_channel_layout_default(&in_layout, from.channels);
  av_channel_layout_default(&out_layout, to.channels);
  SwrContext* made = nullptr;
  int result = swr_alloc_set_opts2(&made, &out_layout, static_cast<AVSampleFormat>(to.format),
                                   to.rate, &in_layout, static_cast<AVSampleFormat>(from.format),
                                   from.rate, 0, nullptr);
  context.reset(made);
  // swresample would take 3 dB off one channel that is given to two.
  constexpr double kBoth[] = {1, 1};
  if (result >= 0 && from.channels == 1 && to.channels == 2)
    result = swr_set_matrix(made, kBoth, 1);
  if (result >= 0) result = swr_init(made);
  if (result >= 0) {
    in = from;
    out = to;
    return absl::OkStatus();
  }
  context = nullptr;
  return absl::InvalidArgumentError(AvErrorText("resampling", result));
}

absl::Status Resampler::State::Run(const uint8_t* const* data, int frames,
                                   std::vector<float>& samples) {
  const int room = swr_get_out_samples(context.get(), frames);
  if (room < 0) return absl::InternalError(AvErrorText("resampling", room));
  const size_t before = samples.size();
  samples.resize(before + static_cast<size_t>(room) * out.channels);
  auto* to = reinterpret_cast<uint8_t*>(samples.data() + before);
  // Takes pointers to constant data in its newer versions only.
  const int got = swr_convert(context.get(), &to, room, const_cast<const uint8_t**>(data), frames);
  samples.resize(before + static_cast<size_t>(got < 0 ? 0 : got) * out.channels);
  return got < 0 ? absl::InternalError(AvErrorText("resampling", got)) : absl::OkStatus();
}

Resampler::Resampler() : state_(std::make_unique<State>()) {}

Resampler::~Resampler() = default;

absl::Status Resampler::Convert(const AudioBlock& in, int rate, int channels,
                                std::vector<float>& out) {
  if (in.samples.empty()) return absl::OkStatus();
  if (in.rate == rate && in.channels == channels) {
    out.insert(out.end(), in.samples.begin(), in.samples.end());
    return absl::OkStatus();
  }
  const absl::Status ready = state_->Prepare({AV_SAMPLE_FMT_FLT, in.rate, in.channels},
                                             {AV_SAMPLE_FMT_FLT, rate, channels});
  if (!ready.ok()) return ready;
  const auto* data = reinterpret_cast<const uint8_t*>(in.samples.data());
  return state_->Run(&data, static_cast<int>(in.frames()), out);
}

absl::Status Resampler::Convert(const AVFrame& in, int rate, int channels,
                                std::vector<float>& out) {
  const absl::Status ready = state_->Prepare({in.format, in.sample_rate, in.ch_layout.nb_channels},
                                             {AV_SAMPLE_FMT_FLT, rate, channels});
  if (!ready.ok()) return ready;
  return state_->Run(in.extended_data, in.nb_samples, out);
}

}  // namespace relayfleet::av
