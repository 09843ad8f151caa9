// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/state/store.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/relay.h"
#include "services/ingest/relay_observer.h"
#include "services/ingest/relay_spec.h"

namespace relayfleet::ingest {

// All relays of this instance: their durable specs and their running Relay objects, kept in step.
// Changes run one after another on the `disk` strand, since the store blocks; a change is stored
// before it takes effect, and one that can't be stored changes nothing. Lookups never wait for
// the disk. Thread-safe.
class RelayManager {
 public:
  struct Options {
    std::string instance_id = "ingest";
    std::string endpoint;  // host:port of RelayService; empty in one process
    SpecRules rules;
    int max_relays = 500;
  };
  // What it works with; all outlive it.
  struct Environment {
    state::Store& store;
    base::Runtime& runtime;                // strands of relays
    std::shared_ptr<base::Executor> disk;  // may block
    Relay::Stages stages;
    RelayObserver& observer;
  };
  struct Created {
    relay::v1::Relay relay;
    bool existed = false;
  };

  RelayManager(Options options, Environment environment);

  // Starts every stored relay; blocks. Before serving.
  absl::Status Restore();

  // `request`: id of the user's request, for the log.
  void Create(std::string key, relay::v1::RelaySpec spec, std::string request,
              absl::AnyInvocable<void(absl::StatusOr<Created>)> done);
  void Delete(std::string key, std::string request, absl::AnyInvocable<void(absl::Status)> done);
  // Ends all relays of `origin` (empty: all).
  void StopAll(std::string origin, std::string request,
               absl::AnyInvocable<void(absl::StatusOr<int>)> done);

  absl::StatusOr<relay::v1::Relay> Get(absl::string_view key) const;
  // By key; of one origin, or all.
  std::vector<relay::v1::Relay> List(absl::string_view origin) const;
  // What waits in all relays together.
  Relay::Queued Queued() const;
  // The running relay. NOT_FOUND.
  absl::StatusOr<std::shared_ptr<Relay>> Find(absl::string_view key) const;

  // Hands all sessions over without touching the store; `done` once publish knows. From then on
  // changes are refused with UNAVAILABLE.
  void Drain(absl::AnyInvocable<void()> done);

 private:
  struct Entry {
    relay::v1::RelaySpec spec;
    ResolvedSpec resolved;
    uint64_t revision = 0;
    uint64_t epoch = 0;
    std::shared_ptr<Relay> relay;
  };

  absl::StatusOr<Created> CreateNow(const std::string& key, const relay::v1::RelaySpec& spec,
                                    const std::string& request);
  absl::StatusOr<Entry> Store(const std::string& key, const relay::v1::RelaySpec& spec,
                              const ResolvedSpec& resolved);
  // Two relays must not take a path or a UDP port from each other.
  absl::Status CheckFree(absl::string_view key, const ResolvedSpec& spec) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DeleteNow(const std::string& key, const std::string& request,
                 absl::AnyInvocable<void(absl::Status)> done);
  void StopAllNow(const std::string& origin, const std::string& request,
                  absl::AnyInvocable<void(absl::StatusOr<int>)> done);
  std::shared_ptr<Relay> Launch(const std::string& key, const Entry& entry, bool restored,
                                const std::string& request);
  relay::v1::Relay ToProto(absl::string_view key, const Entry& entry) const;
  absl::StatusOr<Entry> FindEntry(absl::string_view key) const;

  const Options options_;
  const std::string boot_id_;
  const Environment env_;
  mutable base::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Entry, std::less<>> relays_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_
