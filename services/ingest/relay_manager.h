// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/executor.h"
#include "libs/state/store.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/relay.h"
#include "services/ingest/relay_observer.h"
#include "services/ingest/relay_spec.h"
#include "services/ingest/relay_table.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// All relays of this instance: their durable specs and their running Relay objects, kept in step.
// Changes run one after another on the `disk` strand, since the store blocks; a change is stored
// before it takes effect, and one that can't be stored changes nothing. Lookups never wait for
// the disk, and hand out no passwords. Thread-safe.
class RelayManager {
 public:
  struct Options {
    std::string instance_id = "ingest";
    std::string endpoint;  // host:port of RelayService; empty in one process
    SpecRules rules;
    int max_relays = 500;
  };
  // Makes what reads `spec` on the relay's strand; null where nothing is read. Any thread.
  using SourceMaker = std::function<std::unique_ptr<Source>(
      const ResolvedSpec& spec, const std::shared_ptr<base::Executor>& strand)>;
  // What it works with; all outlive it.
  struct Environment {
    state::Store& store;
    base::Runtime& runtime;                // strands of relays
    std::shared_ptr<base::Executor> disk;  // may block
    Relay::Stages stages;
    RelayObserver& observer;
    SourceMaker sources;
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
  // Makes a relay what `spec` says; `revision`: the one that the caller knows, 0: any.
  void Update(std::string key, relay::v1::RelaySpec spec, uint64_t revision,
              absl::AnyInvocable<void(absl::StatusOr<relay::v1::Relay>)> done);
  void Delete(std::string key, std::string request, absl::AnyInvocable<void(absl::Status)> done);
  // Ends all relays of `origin` (empty: all).
  void StopAll(std::string origin, std::string request,
               absl::AnyInvocable<void(absl::StatusOr<int>)> done);

  absl::StatusOr<relay::v1::Relay> Get(absl::string_view key) const;
  // By key; of one origin, or all.
  std::vector<relay::v1::Relay> List(absl::string_view origin) const;
  // What waits in all relays together.
  Relay::Queued Queued() const;
  // The running relay. NOT_FOUND, or FAILED_PRECONDITION when it is none that takes pictures, or
  // access units; UNAVAILABLE once draining.
  absl::StatusOr<std::shared_ptr<Relay>> Find(absl::string_view key) const;
  absl::StatusOr<std::shared_ptr<Relay>> FindForFrames(absl::string_view key) const;
  absl::StatusOr<std::shared_ptr<Relay>> FindForUnits(absl::string_view key) const;
  bool draining() const;

  // Hands all sessions over without touching the store; `done` once publish knows. From then on
  // changes are refused with UNAVAILABLE.
  void Drain(absl::AnyInvocable<void()> done);

 private:
  using Entry = RelayTable::Entry;
  using EntryPtr = RelayTable::EntryPtr;

  absl::StatusOr<Entry> Load(const state::Record& record);
  absl::StatusOr<Created> CreateNow(const std::string& key, const relay::v1::RelaySpec& spec,
                                    const std::string& request);
  absl::StatusOr<relay::v1::Relay> UpdateNow(const std::string& key, relay::v1::RelaySpec spec,
                                             uint64_t revision);
  absl::StatusOr<Entry> Store(const std::string& key, const relay::v1::RelaySpec& spec,
                              const ResolvedSpec& resolved);
  absl::StatusOr<Entry> Change(const std::string& key, const Entry& entry,
                               relay::v1::RelaySpec spec);
  void DeleteNow(const std::string& key, const std::string& request,
                 absl::AnyInvocable<void(absl::Status)> done);
  void StopAllNow(const std::string& origin, const std::string& request,
                  absl::AnyInvocable<void(absl::StatusOr<int>)> done);
  // Begins the relay of `entry`.
  void Launch(const std::string& key, bool restored, const std::string& request, Entry* entry);
  absl::StatusOr<EntryPtr> FindRunning(absl::string_view key) const;

  const Options options_;
  const std::string boot_id_;
  const Environment env_;
  std::atomic<bool> draining_ = false;
  RelayTable table_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_MANAGER_H_
