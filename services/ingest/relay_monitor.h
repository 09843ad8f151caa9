// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_MONITOR_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_MONITOR_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/flow/rate_meter.h"
#include "libs/flow/stages.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/frame_ledger.h"

namespace relayfleet::ingest {

// What happened to one relay, and what follows from it: the relay's strand reports facts, anyone
// asks for the status. The state is computed when asked, never stored, so that it can't disagree
// with the facts. Thread-safe.
class RelayMonitor final : public FrameLedger::Observer {
 public:
  struct Options {
    absl::Duration stale_after = absl::Seconds(5);
    // Repeats come while the source is silent, so a fed stream without any packet for this long
    // is stuck somewhere.
    absl::Duration stall_after = absl::Seconds(3);
    // The relay comes from the store after a restart: without picture until the next push.
    bool restored = false;
    // A source is read: no repeats are due, and what is away comes back by itself.
    bool reads_source = false;
  };

  RelayMonitor(const base::Clock& clock, Options options);

  // Facts about pictures.
  void OnFrameIn();
  void OnFrameRefused(PushOutcome reason);
  void OnFrameEnd(PushOutcome outcome, absl::Duration latency) override;
  void OnPacketsWritten(uint64_t packets);
  void OnRepeat();

  // Facts about a source that is read. An attempt begins, the `attempt`th since it was up.
  void OnSourceAttempt(int attempt);
  // The first packet of an attempt.
  void OnSourceUp();
  // The attempt ended; the next one begins in `retry_in`.
  void OnSourceDown(absl::string_view why, absl::Duration retry_in);
  // What comes in and what is done with it, in words.
  void OnSourceInfo(absl::string_view info);
  void OnSourceLost(uint64_t packets);
  void OnSourceDropped(uint64_t packets);

  // Facts about stages.
  void OnTranscodeUp(absl::string_view encoder);
  // Nothing is transcoded from now on.
  void OnTranscodeNotUsed();
  void OnOnline(const flow::Online& online);
  void OnLost(const flow::Lost& lost);
  // A stage's call broke; the next attempt begins in `retry_in`.
  void OnStageDown(absl::string_view stage, absl::string_view why, absl::Duration retry_in);
  // A stage's call stands, but the stage owes an answer for `limit`; and it speaks again.
  void OnStageSilent(absl::string_view stage, absl::Duration limit);
  void OnStageHeard(absl::string_view stage);
  // `resumed`: the published session was never lost.
  void OnPublishUp(bool resumed);
  void OnFailed(absl::string_view why);
  void OnStopped();
  // The relay is another now: what was said of its source, its failure or end is past.
  void OnUpdated(const Options& options);
  // It is published elsewhere, or anew.
  void OnPublishReplaced();

  // The whole status but for the owner.
  relay::v1::RelayStatus Status() const;
  relay::v1::RelayState State() const;
  bool ready() const;

 private:
  struct Facts {
    bool online = false;       // publish says that the path can be read
    bool was_online = false;   // at some time
    bool was_lost = false;     // since it was last online, the published session ended
    bool fed = false;          // something was written since it came online
    bool transcode_up = true;  // until a call breaks
    bool publish_up = true;
    bool source_up = false;  // since its last attempt began
    bool source_was_up = false;
    std::set<std::string> silent;  // stages that owe an answer
    bool has_frame = false;
    std::string failed;  // for good, why
    bool stopped = false;
    std::string last_error;
    absl::Time next_try = absl::InfinitePast();
    absl::Time last_frame = absl::InfinitePast();
    absl::Duration last_frame_mono;
    absl::Duration last_written_mono;
    absl::Duration latency;  // moving mean
  };

  relay::v1::RelayState StateLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool ReadyLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool SourceAwayLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool StalledLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetTroubleLocked(absl::string_view why, absl::Duration retry_in)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const base::Clock& clock_;
  const absl::Duration started_;
  mutable base::Mutex mutex_;
  Options options_ ABSL_GUARDED_BY(mutex_);
  Facts facts_ ABSL_GUARDED_BY(mutex_);
  relay::v1::RelayStatus counts_ ABSL_GUARDED_BY(mutex_);  // what needs no computing
  mutable flow::RateMeter in_ ABSL_GUARDED_BY(mutex_);
  mutable flow::RateMeter out_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_MONITOR_H_
