// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/audio_worker.h"

#include <utility>

#include "absl/strings/string_view.h"

namespace relayfleet::transcode {
namespace {

// Ticks of one clock in ticks of another, of any sign, without overflow.
int64_t Rescale(int64_t ticks, int64_t from, int64_t to) {
  const int64_t seconds = ticks / from, rest = ticks % from;
  return seconds * to + rest * to / from;
}

}  // namespace

AudioWorker::AudioWorker(const flow::AudioSpec& spec, int64_t min_pts, const base::Clock* clock)
    : spec_(spec),
      clock_(clock),
      last_pts_(Rescale(min_pts, media::kVideoClockRate, spec.sample_rate)) {}

AudioResult AudioWorker::SetTrack(const media::Track& track) {
  AudioResult result;
  auto decoder = av::AudioDecoder::Create(track);
  result.status = decoder.status();
  if (decoder.ok()) {
    decoder_ = *std::move(decoder);
    clock_rate_ = track.clock_rate;
    if (encoder_ == nullptr) result.status = Open();
    if (result.status.ok()) result.track = encoder_->track();
  }
  result.fatal = !result.status.ok();
  return result;
}

absl::Status AudioWorker::Open() {
  auto encoder = av::AudioEncoder::Create({.codec = spec_.codec,
                                           .bitrate_kbps = spec_.bitrate_kbps,
                                           .sample_rate = spec_.sample_rate,
                                           .channels = spec_.channels});
  if (!encoder.ok()) return encoder.status();
  encoder_ = *std::move(encoder);
  line_.emplace(spec_.sample_rate, spec_.channels, encoder_->frame_size(), last_pts_ + 1);
  return absl::OkStatus();
}

AudioResult AudioWorker::Run(const media::Packet& packet, absl::Duration accepted) {
  AudioResult result;
  const absl::Duration begin = clock_->Monotonic();
  result.queued = begin - accepted;
  result.pts = Rescale(packet.pts, clock_rate_, spec_.sample_rate);
  result.status = Decode(packet, result);
  const absl::Duration decoded = clock_->Monotonic();
  result.decoded = decoded - begin;
  if (result.status.ok() && !packet.decode_only) result.status = Encode(result);
  result.encoded = clock_->Monotonic() - decoded;
  return result;
}

absl::Status AudioWorker::Decode(const media::Packet& packet, AudioResult& result) {
  if (decoder_ == nullptr) return absl::FailedPreconditionError("no track was described");
  const auto block =
      decoder_->Decode(packet.payload == nullptr ? absl::string_view() : *packet.payload);
  result.bad_data = absl::IsInvalidArgument(block.status());
  if (!block.ok()) return block.status();
  if (packet.decode_only) return absl::OkStatus();
  std::vector<float> samples;
  const absl::Status resampled =
      resampler_.Convert(*block, spec_.sample_rate, spec_.channels, samples);
  if (resampled.ok() && !samples.empty()) line_->Add(samples, result.pts);
  return resampled;
}

absl::Status AudioWorker::Encode(AudioResult& result) {
  while (auto frame = line_->Take()) {
    auto units = encoder_->Encode(frame->samples, frame->pts);
    if (!units.ok()) return units.status();
    for (av::AudioUnit& unit : *units) {
      // An encoder begins with what it makes of nothing.
      if (unit.pts <= last_pts_) continue;
      last_pts_ = unit.pts;
      result.units.push_back(std::move(unit));
    }
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::transcode
