// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_TABLE_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_TABLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/mutex.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/relay.h"
#include "services/ingest/relay_spec.h"

namespace relayfleet::ingest {

// The relays of one instance by key, as RelayManager keeps them, and how they look in answers.
// Thread-safe; holds its lock for lookups only.
class RelayTable {
 public:
  struct Entry {
    relay::v1::RelaySpec spec;  // as stored
    ResolvedSpec resolved;
    uint64_t revision = 0;
    uint64_t epoch = 0;
    std::shared_ptr<base::Executor> strand;  // the relay's
    std::shared_ptr<Relay> relay;
  };
  // Never changed: a changed relay gets another one.
  using EntryPtr = std::shared_ptr<const Entry>;
  using Entries = std::map<std::string, EntryPtr, std::less<>>;

  // `owner`: of all relays; each adds its epoch.
  explicit RelayTable(relay::v1::Owner owner) : owner_(std::move(owner)) {}

  void Set(const std::string& key, EntryPtr entry);
  void Remove(absl::string_view key);
  Entries All() const;
  int size() const;

  // NOT_FOUND.
  absl::StatusOr<EntryPtr> Find(absl::string_view key) const;

  // Two relays must not take a path or a UDP port from each other. ALREADY_EXISTS.
  absl::Status CheckFree(absl::string_view key, const ResolvedSpec& spec) const;

  // A relay with its status, without passwords.
  relay::v1::Relay Show(absl::string_view key, const Entry& entry) const;
  // By key; of one origin, or all.
  std::vector<relay::v1::Relay> Show(absl::string_view origin) const;

 private:
  const relay::v1::Owner owner_;
  mutable base::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_TABLE_H_
