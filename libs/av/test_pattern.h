// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TEST_PATTERN_H_
#define RELAYFLEET_LIBS_AV_TEST_PATTERN_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Draws a moving test picture: colour bars, a box that moves with the frame number, the frame
// number and the time of day in big digits, so that latency can be read off a screen. Stateless
// but for its size; thread-safe.
class TestPattern {
 public:
  struct Options {
    int width = 1280;  // pixels, even, at least 64
    int height = 720;
    absl::TimeZone zone = absl::UTCTimeZone();  // of the clock in the picture
  };

  explicit TestPattern(const Options& options) : options_(options) {}

  // Draws picture `number`, showing `time` as hh:mm:ss.mmm, into `out` (full range I420).
  void Draw(uint64_t number, absl::Time time, Frame& out) const;

 private:
  const Options options_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_TEST_PATTERN_H_
