// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_SUPERVISOR_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_SUPERVISOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "services/ingest/source.h"
#include "services/ingest/source_retry.h"

namespace relayfleet::ingest {

// Keeps a source open: one attempt after another, each ended when it says so or when it brings no
// packet for too long.
//
//   Source ─Open─► SourceAttempt ─► on_info, on_packet …
//      ▲                │ on_end, or silence
//      └── SourceRetry ─┘
//
// Lives on the relay's strand, where all handlers run; none does after Stop() or destruction.
class SourceSupervisor {
 public:
  struct Options {
    // An attempt without any packet for this long is ended, unless its source may be silent.
    absl::Duration stall_after = absl::Seconds(5);
    // The first packet of an attempt may take at least so long.
    absl::Duration open_within = absl::Seconds(15);
  };
  struct Handler {
    // An attempt begins, the `attempt`th since the source was up: its time line is another.
    absl::AnyInvocable<void(int attempt)> on_attempt;
    // The attempt brought its first packet, which follows.
    absl::AnyInvocable<void()> on_up;
    // The attempt ended; the next one begins in `retry_in`, never when it is infinite.
    absl::AnyInvocable<void(const absl::Status& why, absl::Duration retry_in)> on_down;
    // The source is at its end, and that is all there is.
    absl::AnyInvocable<void()> on_finished;
    // As in SourceAttempt::Handler.
    absl::AnyInvocable<void(media::StreamInfo)> on_info;
    absl::AnyInvocable<void(media::Packet)> on_packet;
    absl::AnyInvocable<void(uint64_t packets)> on_lost;
    absl::AnyInvocable<void(std::string)> on_note;
  };

  SourceSupervisor(std::shared_ptr<base::Executor> strand, std::unique_ptr<Source> source,
                   Options options, SourceRetry retry, Handler handler);

  void Start() { Open(); }
  void Stop();

  // Passes it on to the attempt.
  void AskKey();

  std::string name() const { return source_->name(); }

 private:
  SourceAttempt::Handler AttemptHandler();
  void Open();
  void OnPacket(media::Packet packet);
  void OnEnd(const absl::Status& why);
  void EndAttempt();
  void Watch(absl::Duration limit);
  void OnWatch();
  absl::Duration Now() const { return strand_->clock().Monotonic(); }

  const std::shared_ptr<base::Executor> strand_;
  const std::unique_ptr<Source> source_;
  const Options options_;
  SourceRetry retry_;
  Handler handler_;
  int attempts_ = 0;                        // since it was up
  uint64_t serial_ = 0;                     // of the attempt whose handlers count
  std::optional<absl::Duration> up_since_;  // the present attempt
  absl::Duration last_packet_;              // or begin
  std::unique_ptr<SourceAttempt> attempt_;
  std::unique_ptr<SourceAttempt> ended_;  // its handler may still be on the stack
  base::Timer retry_timer_;
  base::Timer watch_;
  base::Timer reap_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_SUPERVISOR_H_
