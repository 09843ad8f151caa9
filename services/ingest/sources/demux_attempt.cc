// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/demux_attempt.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "libs/base/overloaded.h"
#include "services/ingest/sources/loop_line.h"
#include "services/ingest/sources/read_ahead.h"

namespace relayfleet::ingest {
namespace {

// What is later than that is not caught up with: time goes on from there.
constexpr absl::Duration kMaxLate = absl::Milliseconds(300);

using Stop = DemuxAttempt::Stop;

// Reads all of it into `ahead`, pass after pass. Blocking.
absl::Status ReadAll(const DemuxAttempt::Options& options, const Stop& stop, ReadAhead* ahead) {
  absl::StatusOr<std::unique_ptr<av::Demuxer>> demuxer = options.open(stop);
  if (!demuxer.ok()) return demuxer.status();
  if (!ahead->Put(absl::ZeroDuration(), media::StreamInfo{.tracks = (*demuxer)->tracks()})) {
    return absl::CancelledError("closed");
  }
  LoopLine line((*demuxer)->tracks());
  bool any = false;  // packet in this pass
  while (true) {
    absl::StatusOr<av::Demuxer::Item> item = (*demuxer)->Next();
    if (item.ok()) {
      any = true;
      const std::optional<absl::Duration> due = line.Place(item->duration, &item->packet);
      if (!due.has_value()) continue;
      const absl::Duration when = options.paced ? *due : absl::ZeroDuration();
      if (!ahead->Put(when, std::move(item->packet))) return absl::CancelledError("closed");
      continue;
    }
    if (!absl::IsOutOfRange(item.status())) return item.status();
    if (!options.loop || !any) return options.at_end;
    any = false;
    line.Wrap();
    if (absl::Status rewound = (*demuxer)->Rewind(); !rewound.ok()) return rewound;
  }
}

}  // namespace

// Lives on the strand; its ReadAhead is shared with the thread.
class DemuxAttempt::Player final : public std::enable_shared_from_this<Player> {
 public:
  Player(std::shared_ptr<base::Executor> strand, Handler handler)
      : strand_(std::move(strand)), handler_(std::move(handler)) {}

  void Start(SourceThreads* threads, Options options) {
    ahead_ = std::make_shared<ReadAhead>(ReadAhead::Options(),
                                         [strand = strand_, weak = weak_from_this()] {
                                           strand->Post([weak] {
                                             if (const auto self = weak.lock()) self->Pump();
                                           });
                                         });
    const absl::Status started =
        threads->Start(stop_, [options = std::move(options), stop = stop_, ahead = ahead_] {
          ahead->Finish(ReadAll(options, stop, ahead.get()));
        });
    if (!started.ok()) ahead_->Finish(started);
  }

  void Close() {
    closed_ = true;
    due_timer_.Cancel();
    *stop_ = true;
    ahead_->Close();
  }

 private:
  void Pump();
  bool IsDue(absl::Duration due);
  void Deliver(ReadAhead::Piece piece);

  const std::shared_ptr<base::Executor> strand_;
  Handler handler_;
  const SourceThreads::StopFlag stop_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<ReadAhead> ahead_;
  std::optional<absl::Duration> origin_;  // monotonic time of due time 0
  bool closed_ = false;
  base::Timer due_timer_;
};

// Gives on what is due, then waits for what is next.
void DemuxAttempt::Player::Pump() {
  due_timer_.Cancel();
  while (!closed_) {
    const std::optional<absl::Duration> due = ahead_->FrontDue();
    if (!due.has_value()) break;
    if (!IsDue(*due)) return;
    Deliver(ahead_->Pop());
  }
  if (closed_) return;
  if (std::optional<absl::Status> end = ahead_->end(); end.has_value()) {
    Close();
    handler_.on_end(*std::move(end));
  }
}

// Or sets the timer for it.
bool DemuxAttempt::Player::IsDue(absl::Duration due) {
  const absl::Duration now = strand_->clock().Monotonic();
  if (!origin_.has_value() || now - (*origin_ + due) > kMaxLate) origin_ = now - due;
  const absl::Duration wait = *origin_ + due - now;
  if (wait <= absl::ZeroDuration()) return true;
  due_timer_ = strand_->After(wait, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Pump();
  });
  return false;
}

void DemuxAttempt::Player::Deliver(ReadAhead::Piece piece) {
  std::visit(base::Overloaded{
                 [&](media::StreamInfo& info) { handler_.on_info(std::move(info)); },
                 [&](media::Packet& packet) {
                   packet.arrival_time = strand_->clock().Wall();
                   packet.arrival_mono = strand_->clock().Monotonic();
                   handler_.on_packet(std::move(packet));
                 },
             },
             piece);
}

DemuxAttempt::DemuxAttempt(std::shared_ptr<base::Executor> strand, SourceThreads* threads,
                           Options options, Handler handler)
    : player_(std::make_shared<Player>(std::move(strand), std::move(handler))) {
  player_->Start(threads, std::move(options));
}

DemuxAttempt::~DemuxAttempt() { player_->Close(); }

}  // namespace relayfleet::ingest
