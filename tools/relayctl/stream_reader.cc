// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/stream_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "tools/relayctl/run_on.h"

namespace relayfleet::relayctl {
namespace {

using rtsp::AccessUnit;

// What the reader's strand and the caller's thread share.
class Session {
 public:
  explicit Session(absl::Duration begun) : begun_(begun) {}

  void OnPlaying(const std::vector<media::Track>& tracks, bool over_udp) {
    base::MutexLock lock(&mutex_);
    for (const media::Track& track : tracks) {
      if (!media::IsAudio(track.codec)) video_ = track.id;
    }
    over_udp_ = over_udp;
    meter_.emplace(tracks, begun_);
    for (const AccessUnit& unit : std::exchange(early_, {})) Measure(unit);
    changed_.NotifyAll();
  }

  void OnUnit(AccessUnit unit) {
    base::MutexLock lock(&mutex_);
    if (meter_.has_value()) return Measure(unit);
    // Some servers send before they say so.
    if (early_.size() < kMaxEarly) early_.push_back(std::move(unit));
  }

  void OnClosed(absl::Status status) {
    base::MutexLock lock(&mutex_);
    closed_ = std::move(status);
    changed_.NotifyAll();
  }

  // Until it plays, then for `duration`; less when it ends.
  void Wait(absl::Duration duration) {
    base::MutexLock lock(&mutex_);
    changed_.Wait(&mutex_, [this] { return meter_.has_value() || closed_.has_value(); });
    changed_.WaitFor(&mutex_, duration, [this] { return closed_.has_value(); });
  }

  absl::StatusOr<StreamReading> Result(uint64_t lost) {
    base::MutexLock lock(&mutex_);
    if (!meter_.has_value()) return *closed_;  // Wait() returned: one of them is there
    return StreamReading{.facts = meter_->facts(),
                         .lost_packets = lost,
                         .over_udp = over_udp_,
                         .ended = closed_.value_or(absl::OkStatus())};
  }

 private:
  static constexpr size_t kMaxEarly = 512;

  void Measure(const AccessUnit& unit) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (unit.track != video_) return;
    meter_->Add({.bytes = unit.bytes,
                 .pts = unit.pts,
                 .key = unit.key,
                 .arrived = unit.received_mono,
                 .wall = unit.received_wall,
                 .sender_wall = unit.sender_wall});
  }

  const absl::Duration begun_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::optional<StreamMeter> meter_ ABSL_GUARDED_BY(mutex_);
  std::vector<AccessUnit> early_ ABSL_GUARDED_BY(mutex_);
  uint32_t video_ ABSL_GUARDED_BY(mutex_) = 0;
  bool over_udp_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> closed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<StreamReading> ReadStream(const StreamReadOptions& options) {
  base::ThreadRuntime runtime(1, "reader");
  const std::shared_ptr<base::AsioStrand> strand = runtime.NewAsioStrand();
  Session session(runtime.clock().Monotonic());
  std::shared_ptr<rtsp::Reader> reader;
  RunOn(*strand, [&] {
    rtsp::Reader::Handler handler;
    handler.on_playing = [&](const std::vector<media::Track>& tracks) {
      session.OnPlaying(tracks, reader->over_udp());
    };
    handler.on_access_unit = [&](AccessUnit unit) { session.OnUnit(std::move(unit)); };
    handler.on_closed = [&](absl::Status status) { session.OnClosed(std::move(status)); };
    reader = rtsp::Reader::Start(strand, {.url = options.url, .transport = options.transport},
                                 std::move(handler));
  });
  session.Wait(options.duration);
  uint64_t lost = 0;
  RunOn(*strand, [&] {
    lost = reader->lost_packets();
    reader->Close();
    reader = nullptr;
  });
  return session.Result(lost);
}

}  // namespace relayfleet::relayctl
