// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/demux_attempt.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "libs/base/overloaded.h"
#include "services/ingest/sources/loop_line.h"
#include "services/ingest/sources/read_ahead.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {
namespace {

// What is later than that is not caught up with: time goes on from there.
constexpr absl::Duration kMaxLate = absl::Milliseconds(300);

using Stop = DemuxAttempt::Stop;

bool IsGated(media::Codec codec) {
  return codec == media::Codec::kH264 || codec == media::Codec::kH265;
}

// The thread's part: reads all of a source into `ahead`, pass after pass. Blocking.
class Reading {
 public:
  Reading(const DemuxAttempt::Options& options, std::unique_ptr<av::Demuxer> demuxer,
          ReadAhead* ahead)
      : options_(options),
        demuxer_(std::move(demuxer)),
        ahead_(ahead),
        line_(demuxer_->tracks()),
        gate_(demuxer_->tracks()[0]) {}

  absl::Status Run();

 private:
  absl::Status Wrap();
  bool Take(av::Demuxer::Item item);
  bool Gate(const media::Packet& packet, absl::Duration due);
  bool Tell(absl::Duration due, const media::Track& video, uint32_t generation);

  const DemuxAttempt::Options& options_;
  const std::unique_ptr<av::Demuxer> demuxer_;
  ReadAhead* const ahead_;
  LoopLine line_;
  VideoGate gate_;
  uint32_t generation_ = 0;  // told; 0: nothing was
  bool any_ = false;         // packet in this pass
  bool open_ = true;         // somebody takes
};

absl::Status Reading::Run() {
  while (open_) {
    absl::StatusOr<av::Demuxer::Item> item = demuxer_->Next();
    if (item.ok()) {
      any_ = true;
      open_ = Take(*std::move(item));
      continue;
    }
    if (!absl::IsOutOfRange(item.status())) return item.status();
    if (!options_.loop || !any_) return options_.at_end;
    if (absl::Status wrapped = Wrap(); !wrapped.ok()) return wrapped;
  }
  return absl::CancelledError("closed");
}

absl::Status Reading::Wrap() {
  any_ = false;
  line_.Wrap();
  return demuxer_->Rewind();
}

// False: closed.
bool Reading::Take(av::Demuxer::Item item) {
  media::Packet& packet = item.packet;
  const std::optional<absl::Duration> placed = line_.Place(item.duration, &packet);
  if (!placed.has_value()) return true;
  const absl::Duration due = options_.paced ? *placed : absl::ZeroDuration();
  if (packet.track == 0 && !Gate(packet, due)) return ahead_->Put(due, ReadAhead::Lost{1});
  // Nothing goes before the description.
  if (generation_ == 0) return true;
  packet.generation = generation_;
  return ahead_->Put(due, std::move(packet));
}

// Whether a video packet is of use; tells what changes with it.
bool Reading::Gate(const media::Packet& packet, absl::Duration due) {
  const media::Track& track = demuxer_->tracks()[0];
  if (!IsGated(track.codec)) return generation_ > 0 || Tell(due, track, 1);
  VideoGate::Verdict verdict = gate_.Check(*packet.payload, packet.key, packet.discontinuity);
  if (verdict.info.has_value()) {
    Tell(due, verdict.info->tracks[0], verdict.info->generation);
  }
  return verdict.pass;
}

bool Reading::Tell(absl::Duration due, const media::Track& video, uint32_t generation) {
  media::StreamInfo info{.generation = generation, .tracks = demuxer_->tracks()};
  info.tracks[0] = video;
  generation_ = generation;
  return ahead_->Put(due, std::move(info));
}

absl::Status ReadAll(const DemuxAttempt::Options& options, const Stop& stop, ReadAhead* ahead) {
  absl::StatusOr<std::unique_ptr<av::Demuxer>> demuxer = options.open(stop);
  if (!demuxer.ok()) return demuxer.status();
  return Reading(options, *std::move(demuxer), ahead).Run();
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
                 [&](const ReadAhead::Lost& lost) { handler_.on_lost(lost.packets); },
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
