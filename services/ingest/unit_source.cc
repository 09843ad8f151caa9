// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/unit_source.h"

#include <utility>

#include "libs/media/annexb.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {
namespace {

// A capture time further from the arrival than this comes from a clock that is wrong.
constexpr absl::Duration kMaxCaptureOffset = absl::Seconds(5);

bool IsPlausible(const UnitPush& push) {
  return push.capture_time.has_value() &&
         absl::AbsDuration(*push.capture_time - push.arrival_time) <= kMaxCaptureOffset;
}

media::Packet ToPacket(const UnitPush& push, bool key) {
  const bool trusted = IsPlausible(push);
  const absl::Time taken = trusted ? *push.capture_time : push.arrival_time;
  const int64_t stamp = media::ToVideoTicks(taken - absl::UnixEpoch());
  return {.pts = stamp,
          .dts = stamp,
          .key = key,
          .capture_time = taken,
          .capture_trusted = trusted,
          .arrival_time = push.arrival_time,
          .arrival_mono = push.arrival_mono,
          .payload = push.annexb};
}

}  // namespace

class UnitSource::Attempt final : public SourceAttempt {
 public:
  Attempt(UnitSource& source, Handler handler) : source_(source), handler_(std::move(handler)) {
    source_.attempt_ = this;
  }
  ~Attempt() override {
    if (source_.attempt_ == this) source_.attempt_ = nullptr;
  }

  UnitOutcome Take(const UnitPush& push) {
    if (!media::NalReader(*push.annexb).Next()) return Drop();
    const bool key = !media::FindKeyUnits(*push.annexb).idr.empty();
    VideoGate::Verdict verdict = gate_.Check(*push.annexb, key, /*discontinuity=*/false);
    if (verdict.info.has_value()) handler_.on_info(*std::move(verdict.info));
    if (!verdict.pass) return Drop();
    handler_.on_packet(ToPacket(push, key));
    return UnitOutcome::kTaken;
  }

 private:
  UnitOutcome Drop() {
    handler_.on_lost(1);
    return UnitOutcome::kDropped;
  }

  UnitSource& source_;
  Handler handler_;
  VideoGate gate_{{.id = 0, .codec = media::Codec::kH264}};
};

UnitSource::~UnitSource() = default;

std::unique_ptr<SourceAttempt> UnitSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<Attempt>(*this, std::move(handler));
}

void UnitSource::Offer(UnitPush push) {
  push.done(attempt_ != nullptr ? attempt_->Take(push) : UnitOutcome::kNoSuchUse);
}

}  // namespace relayfleet::ingest
