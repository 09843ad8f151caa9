// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/rate_reducer.h"

#include <algorithm>
#include <cmath>

namespace relayfleet::transcode {

namespace {

constexpr double kSmoothing = 0.125;

}  // namespace

RateReducer::RateReducer(double fps)
    : interval_(fps > 0 ? std::llround(media::kVideoClockRate / fps) : 0) {}

bool RateReducer::Keep(int64_t pts) {
  const bool anew = !last_.has_value() || pts < *last_ - kNewLine;
  if (!anew && pts <= *last_) return false;
  if (anew) {
    Begin(pts);
    return true;
  }
  // Silence says nothing about the rate.
  const double step = std::min<double>(static_cast<double>(pts - *last_), 2.0 * interval_);
  step_ = step_ == 0 ? step : step_ + (step - step_) * kSmoothing;
  last_ = pts;
  // The next picture may be nearer, if it is as far away as the one before.
  if (interval_ > 0 && static_cast<double>(pts) + step_ / 2 < due_) return false;
  Advance(pts);
  return true;
}

void RateReducer::Begin(int64_t pts) {
  last_ = pts;
  due_ = static_cast<double>(pts + interval_);
  step_ = late_ = 0;
}

// The grid of intervals follows pictures that fall behind it more and more: else the picture before
// would be the nearest one some day, and one step shorter than the others.
void RateReducer::Advance(int64_t pts) {
  late_ += (static_cast<double>(pts) - due_ - late_) * kSmoothing;
  const double shift = std::max(0.0, late_ - step_ / 4);
  late_ -= shift;
  due_ += static_cast<double>(interval_) + shift;
  if (due_ > static_cast<double>(pts)) return;
  due_ = static_cast<double>(pts + interval_);  // slower than wanted: no catching up
  late_ = 0;
}

}  // namespace relayfleet::transcode
