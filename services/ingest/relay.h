// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/base/secret_url.h"
#include "libs/flow/stages.h"
#include "services/ingest/feed.h"
#include "services/ingest/publish_link.h"
#include "services/ingest/published_stream.h"
#include "services/ingest/push.h"
#include "services/ingest/ready_waiters.h"
#include "services/ingest/relay_monitor.h"
#include "services/ingest/relay_observer.h"
#include "services/ingest/relay_spec.h"
#include "services/ingest/source.h"
#include "services/ingest/unit_push.h"

namespace relayfleet::ingest {

// One live stream, from any source:
//
//   Push, Source ─► Feed ─► PublishedStream ─► PublishLink ─► publish ─► MediaMTX
//
// An actor: all work happens on one strand, public calls come from any thread. Held by shared_ptr;
// its strand's tasks know it weakly. The connectors and the observer outlive it.
class Relay final : public std::enable_shared_from_this<Relay> {
 public:
  struct Options {
    std::string key;
    ResolvedSpec spec;
    // What is read; null: pictures or access units are pushed. Made for `strand`, on which it
    // is used and dies.
    std::unique_ptr<Source> source;
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
  ~Relay();

  // Takes a picture, or an access unit; `push.done` is called exactly once.
  void Offer(Push push);
  void OfferUnit(UnitPush push);

  // Counts a picture that is none, so was not offered.
  void RefuseBadImage(absl::string_view request, absl::string_view why);

  // From now on it is what `spec` says, read from `source` as in Options. Where it is published on
  // the same path, readers see the stream go on; a failed one begins anew.
  void Update(ResolvedSpec spec, std::unique_ptr<Source> source);

  // Calls `done` once a reader would get pictures, or when there is no hope, or after `timeout`;
  // true when ready. Returns a name for Forget().
  uint64_t WhenReady(absl::Duration timeout, absl::AnyInvocable<void(bool)> done);
  // Nobody waits any more: `done` is called soon, if it was not.
  void Forget(uint64_t waiter);

  // Ends the stream; `done` is called when MediaMTX has been told (a handover: at once), at most
  // 2 s later. `request`: id of the request that asked for it.
  void Stop(bool handover, std::string request, absl::AnyInvocable<void()> done);

  Queued queued() const;

  const RelayMonitor& monitor() const { return monitor_; }

 private:
  PublishLink::Handler PublishHandler();
  std::unique_ptr<PublishLink> NewPublishLink(const ResolvedSpec& spec, uint64_t first_seq);
  std::unique_ptr<Feed> NewFeed(const ResolvedSpec& spec, std::unique_ptr<Source> source);
  void Post(absl::AnyInvocable<void(Relay&)> task);

  void OnUpdate(const ResolvedSpec& spec, std::unique_ptr<Source> source);
  void ReplacePublish(const ResolvedSpec& spec);
  void OnFailed(std::string why);
  void OnFinished();
  void EndPublish(absl::Duration deadline);
  void OnPublishDown(const absl::Status& why, absl::Duration retry_in);
  void OnPublishSilent(absl::Duration limit);
  void OnWritten(uint64_t first, uint64_t last, uint32_t track);
  void AddWaiter(uint64_t id, absl::Duration timeout, absl::AnyInvocable<void(bool)> done);
  void WakeWaiters();

  const std::string key_;
  const uint64_t epoch_;
  const std::string request_;
  const bool restored_;
  const std::shared_ptr<base::Executor> strand_;
  const Stages stages_;
  RelayObserver& observer_;
  RelayMonitor monitor_;
  PublishedStream stream_;
  std::optional<media::Packet> last_picture_;
  bool stopped_ = false;
  bool finished_ = false;  // the source is at its end
  std::string failed_;     // for good, why
  std::string path_;       // where it is published, and on which server
  std::optional<base::SecretUrl> mediamtx_url_;
  std::atomic<uint64_t> next_waiter_ = 0;
  ReadyWaiters waiters_;
  base::Timer ending_;
  std::list<std::unique_ptr<PublishLink>> retired_;  // end their sessions
  // Changed on the strand only, under the lock; so the strand reads them without.
  mutable base::Mutex mutex_;
  std::unique_ptr<PublishLink> publish_;
  std::unique_ptr<Feed> feed_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_H_
