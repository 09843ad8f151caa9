// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_CODEC_FLOOR_H_
#define RELAYFLEET_TESTS_BENCH_CODEC_FLOOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/av/video_encoder.h"

namespace relayfleet::bench {

// The floor that the fleet is compared with: JPEG decoding, scaling and x264 in one loop in one
// thread, without any stage, queue or socket around it.
struct CodecFloorOptions {
  std::vector<std::string> jpegs;  // used in turn; at least one
  int frames = 300;                // of all streams together
  double fps = 30;  // pace of each stream; 0: as fast as it goes (time stamps are then of 30 fps)
  // Streams in turn, each with codecs of its own: several don't fit into a cache together.
  int streams = 1;
  av::VideoEncoder::Options encoder;
  // Gets each access unit and its time on the stream's line, outside of what is measured; may be
  // empty.
  std::function<void(const std::string& unit, bool key, absl::Duration pts)> on_unit;
};

struct Percentiles {
  absl::Duration p50, p95, p99, max;
};

struct CodecFloorResult {
  Percentiles latency;  // from the due time of a JPEG to its access unit
  Percentiles decode;   // JPEG decoding and scaling
  Percentiles encode;
  absl::Duration cpu_per_frame;  // of the calling thread
  double kbps = 0;               // of the output
  uint64_t keys = 0;
};

// Runs the loop on the calling thread.
absl::StatusOr<CodecFloorResult> RunCodecFloor(const CodecFloorOptions& options);

// Of `samples`, at least one.
Percentiles PercentilesOf(std::vector<absl::Duration> samples);

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_CODEC_FLOOR_H_
