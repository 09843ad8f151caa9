// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_TICKS_H_
#define RELAYFLEET_LIBS_MEDIA_TICKS_H_

#include <cstdint>

#include "absl/time/time.h"

// Time stamps of any clock rate. Ticks since 1970 fit in 64 bits, their products do not.
namespace relayfleet::media {

// Time of `ticks` of a clock with `rate` ticks per second.
inline absl::Duration FromTicks(int64_t ticks, int64_t rate) {
  return absl::Seconds(ticks / rate) + absl::Seconds(1) * (ticks % rate) / rate;
}

// Ticks of a clock with `rate` ticks per second in `time`, the nearest.
inline int64_t ToTicks(absl::Duration time, int64_t rate) {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(time, absl::Seconds(1), &rest);
  const int64_t half = rest < absl::ZeroDuration() ? -500'000'000 : 500'000'000;
  return seconds * rate + (absl::ToInt64Nanoseconds(rest) * rate + half) / 1'000'000'000;
}

// `ticks` of a clock with rate `from` as ticks of one with rate `to`, towards zero.
inline int64_t Rescale(int64_t ticks, int64_t from, int64_t to) {
  if (from == to) return ticks;
  return ticks / from * to + ticks % from * to / from;
}

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_TICKS_H_
