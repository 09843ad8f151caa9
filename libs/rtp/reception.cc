// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/reception.h"

#include <algorithm>
#include <cstdlib>

namespace relayfleet::rtp {
namespace {

constexpr int kJitterShare = 16;  // of a new difference in the mean
constexpr int32_t kMaxLost = 0x7fffff;

}  // namespace

void Reception::OnPacket(const RtpPacket& packet, absl::Duration now) {
  if (received_ == 0 || packet.ssrc != ssrc_) {
    Begin(packet);
  } else if (const int ahead = static_cast<int16_t>(packet.sequence - highest_); ahead > 0) {
    highest_ += static_cast<uint32_t>(ahead);
  }
  ++received_;
  MeasureJitter(packet.timestamp, now);
}

void Reception::Begin(const RtpPacket& packet) {
  *this = Reception(clock_rate_);
  ssrc_ = packet.ssrc;
  first_ = highest_ = packet.sequence;
}

void Reception::MeasureJitter(uint32_t timestamp, absl::Duration now) {
  const double ticks = absl::ToDoubleSeconds(now) * static_cast<double>(clock_rate_);
  const uint32_t transit = static_cast<uint32_t>(static_cast<int64_t>(ticks)) - timestamp;
  if (received_ > 1) {
    const auto difference = static_cast<int32_t>(transit - last_transit_);
    jitter_ += (std::abs(static_cast<double>(difference)) - jitter_) / kJitterShare;
  }
  last_transit_ = transit;
}

void Reception::OnSenderReport(const SenderReport& report, absl::Duration now) {
  if (report.ssrc != ssrc_) return;
  last_report_ = static_cast<uint32_t>(ToNtp(report.wall) >> 16);
  report_came_ = now;
}

ReportBlock Reception::Report(absl::Duration now) {
  const uint32_t expected = highest_ - first_ + 1;
  const auto lost = static_cast<int32_t>(expected - received_);
  const uint32_t expected_now = expected - expected_before_;
  const auto lost_now = static_cast<int32_t>(expected_now - (received_ - received_before_));
  expected_before_ = expected;
  received_before_ = received_;
  ReportBlock block = {.ssrc = ssrc_,
                       .lost = std::clamp(lost, -kMaxLost - 1, kMaxLost),
                       .highest = highest_,
                       .jitter = static_cast<uint32_t>(jitter_),
                       .last_report = last_report_};
  if (expected_now > 0 && lost_now > 0) {
    const int64_t fraction = int64_t{lost_now} * 256 / expected_now;
    block.fraction_lost = static_cast<uint8_t>(std::min<int64_t>(fraction, 255));
  }
  if (last_report_ != 0) {
    block.since_report =
        static_cast<uint32_t>(absl::ToInt64Microseconds(now - report_came_) * 65536 / 1000000);
  }
  return block;
}

}  // namespace relayfleet::rtp
