// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/drift.h"

namespace relayfleet::ingest {
namespace {

// A capture time that is off by more was set, it did not drift.
constexpr absl::Duration kCaptureStep = absl::Milliseconds(200);

// Further from the arrivals no capture time leads it.
constexpr absl::Duration kMaxAstray = absl::Seconds(1);

// Share of what is off that a window makes good: less than all, since it is measured late.
constexpr double kGain = 0.5;

}  // namespace

void Drift::Follow(absl::Duration place, absl::Duration arrival, const media::Packet& packet) {
  if (!last_.has_value()) window_end_ = arrival + kWindow;
  // Packets of several tracks, so not always later than the last one.
  const absl::Duration passed = last_.has_value() ? arrival - *last_ : absl::ZeroDuration();
  if (passed > absl::ZeroDuration() && passed < kWindow) shift_ += passed * rate_;
  last_ = arrival;
  Measure(place + shift_, arrival, packet);
  if (arrival >= window_end_) EndWindow(arrival);
}

void Drift::Measure(absl::Duration shifted, absl::Duration arrival, const media::Packet& packet) {
  by_arrival_ = std::max(by_arrival_, shifted - arrival);
  if (!packet.capture_trusted) return;
  const absl::Duration base = shifted - (packet.capture_time - absl::UnixEpoch());
  if (!capture_base_.has_value() || absl::AbsDuration(base - *capture_base_) > kCaptureStep) {
    capture_base_ = base;
  }
  by_capture_ = base - *capture_base_;
}

void Drift::EndWindow(absl::Duration now) {
  const bool astray = absl::AbsDuration(by_arrival_) > kMaxAstray;
  const absl::Duration off = by_capture_.has_value() && !astray ? *by_capture_ : by_arrival_;
  rate_ = std::clamp(-kGain * absl::FDivDuration(off, kWindow), -kMaxRate, kMaxRate);
  by_arrival_ = -absl::InfiniteDuration();
  by_capture_.reset();
  window_end_ = now + kWindow;
}

}  // namespace relayfleet::ingest
