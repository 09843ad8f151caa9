// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/codec_floor.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "libs/av/codec_factory.h"
#include "libs/base/clock.h"
#include "libs/media/packet.h"

namespace relayfleet::bench {
namespace {

absl::Duration ThreadCpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return absl::DurationFromTimespec(now);
}

// One stream's codecs.
struct Stream {
  std::unique_ptr<av::PictureDecoder> decoder;
  std::unique_ptr<av::VideoEncoder> encoder;
  av::Frame picture;
};

absl::StatusOr<std::vector<Stream>> MakeStreams(const CodecFloorOptions& options) {
  av::LibavCodecs codecs;
  std::vector<Stream> streams(options.streams);
  for (Stream& stream : streams) {
    stream.decoder = codecs.NewDecoder(options.encoder.width, options.encoder.height, {});
    auto encoder = codecs.NewEncoder("libx264", options.encoder);
    if (!encoder.ok()) return encoder.status();
    stream.encoder = *std::move(encoder);
  }
  return streams;
}

// What the loop measures, picture by picture.
struct Samples {
  std::vector<absl::Duration> latency, decode, encode;
  uint64_t bytes = 0;
  uint64_t keys = 0;
};

}  // namespace

Percentiles PercentilesOf(std::vector<absl::Duration> samples) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&samples](double part) {
    return samples[static_cast<size_t>(part * static_cast<double>(samples.size() - 1) + 0.5)];
  };
  return {.p50 = at(0.5), .p95 = at(0.95), .p99 = at(0.99), .max = samples.back()};
}

absl::StatusOr<CodecFloorResult> RunCodecFloor(const CodecFloorOptions& options) {
  if (options.jpegs.empty() || options.frames < 1 || options.streams < 1) {
    return absl::InvalidArgumentError("the codec floor needs pictures");
  }
  auto streams = MakeStreams(options);
  if (!streams.ok()) return streams.status();
  const base::SystemClock clock;
  const absl::Duration interval =
      absl::Seconds(1) / ((options.fps > 0 ? options.fps : 30) * options.streams);
  Samples samples;
  const absl::Duration start = clock.Monotonic();
  const absl::Duration cpu = ThreadCpu();
  for (int i = 0; i < options.frames; ++i) {
    absl::Duration due = start + i * interval;
    if (options.fps > 0) absl::SleepFor(due - clock.Monotonic());
    if (options.fps <= 0) due = clock.Monotonic();
    const absl::Duration begin = clock.Monotonic();
    Stream& stream = (*streams)[i % options.streams];
    const std::string& jpeg = options.jpegs[i / options.streams % options.jpegs.size()];
    const absl::Status decoded = stream.decoder->Decode(jpeg, stream.picture);
    if (!decoded.ok()) return decoded;
    const absl::Duration half = clock.Monotonic();
    const auto unit =
        stream.encoder->Encode(stream.picture, media::ToVideoTicks(i * interval), false);
    if (!unit.ok()) return unit.status();
    const absl::Duration end = clock.Monotonic();
    samples.latency.push_back(end - due);
    samples.decode.push_back(half - begin);
    samples.encode.push_back(end - half);
    samples.bytes += unit->data.size();
    samples.keys += unit->key;
    if (options.on_unit) options.on_unit(unit->data, unit->key, i * interval);
  }
  return CodecFloorResult{.latency = PercentilesOf(std::move(samples.latency)),
                          .decode = PercentilesOf(std::move(samples.decode)),
                          .encode = PercentilesOf(std::move(samples.encode)),
                          .cpu_per_frame = (ThreadCpu() - cpu) / options.frames,
                          .kbps = static_cast<double>(samples.bytes) * 8 / 1000 /
                                  absl::ToDoubleSeconds(options.frames * interval),
                          .keys = samples.keys};
}

}  // namespace relayfleet::bench
