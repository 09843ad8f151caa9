// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/flow/pacer.h"
#include "libs/flow/stages.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/frame_ledger.h"
#include "services/ingest/publish_link.h"
#include "services/ingest/push.h"
#include "services/ingest/relay_monitor.h"
#include "services/ingest/relay_observer.h"
#include "services/ingest/relay_spec.h"
#include "services/ingest/timeline.h"
#include "services/ingest/transcode_link.h"

namespace relayfleet::ingest {

// One live stream of pushed pictures:
//
//   Push ─► pacer ─► ledger, time line ─► TranscodeLink ─► transcode
//                                                             │ H.264
//                    MediaMTX ◄─ publish ◄─ PublishLink ◄─────┘
//
// An actor: all work happens on one strand, public calls come from any thread. Held by shared_ptr;
// its strand's tasks know it weakly. The connectors and the observer outlive it.
class Relay final : public std::enable_shared_from_this<Relay> {
 public:
  struct Options {
    std::string key;
    ResolvedSpec spec;
    uint64_t epoch = 0;
    bool restored = false;
    std::string request;  // id of the request that made it
  };
  // What waits in it.
  struct Queued {
    int pictures = 0;  // for transcode
    int packets = 0;   // access units, for publish
  };
  struct Stages {
    flow::TranscodeConnector& transcode;
    flow::PublishConnector& publish;
  };

  static std::shared_ptr<Relay> Start(Options options, std::shared_ptr<base::Executor> strand,
                                      Stages stages, RelayObserver& observer);
  // Use Start(). The key keeps it from others.
  class Private {
    friend class Relay;
    Private() = default;
  };
  Relay(Private, Options options, std::shared_ptr<base::Executor> strand, Stages stages,
        RelayObserver& observer);

  // Takes a picture; `push.done` is called exactly once.
  void Offer(Push push);

  // Counts a picture that is none, so was not offered.
  void RefuseBadImage(absl::string_view request, absl::string_view why);

  // Calls `done` once a reader would get pictures, or when there is no hope, or after `timeout`;
  // true when ready. Returns a name for Forget().
  uint64_t WhenReady(absl::Duration timeout, absl::AnyInvocable<void(bool)> done);
  // Nobody waits any more: `done` is called soon, if it was not.
  void Forget(uint64_t waiter);

  // Ends the stream; `done` is called when MediaMTX has been told (a handover: at once), at most
  // 2 s later. `request`: id of the request that asked for it.
  void Stop(bool handover, std::string request, absl::AnyInvocable<void()> done);

  Queued queued() const { return {transcode_.waiting(), publish_.waiting()}; }

  const RelayMonitor& monitor() const { return monitor_; }

 private:
  struct Waiter {
    absl::AnyInvocable<void(bool)> done;
    base::Timer timeout;
  };

  TranscodeLink::Handler TranscodeHandler();
  PublishLink::Handler PublishHandler();
  void Post(absl::AnyInvocable<void(Relay&)> task);

  void OnPush(Push push);
  void Refuse(Push& push, PushOutcome outcome, absl::string_view detail);
  void OnPacket(media::Packet packet);
  void OnFrameDone(const flow::FrameDone& done);
  void OnDown(absl::string_view stage, const absl::Status& why, absl::Duration retry_in);
  void OnSilent(absl::string_view stage, absl::Duration limit);
  void OnWritten(uint64_t first, uint64_t last);
  void AddWaiter(uint64_t id, absl::Duration timeout, absl::AnyInvocable<void(bool)> done);
  void EndWait(uint64_t waiter);
  void WakeWaiters();

  const Options options_;
  const std::shared_ptr<base::Executor> strand_;
  RelayObserver& observer_;
  RelayMonitor monitor_;
  const std::unique_ptr<FrameLedger::Observer> ends_;
  bool stopped_ = false;
  uint64_t next_seq_ = 1;
  flow::Pacer pacer_;
  Timeline timeline_;
  FrameLedger ledger_;
  std::string failed_;  // for good, why
  std::map<uint64_t, Waiter> waiters_;
  std::atomic<uint64_t> next_waiter_ = 0;
  TranscodeLink transcode_;
  PublishLink publish_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_H_
