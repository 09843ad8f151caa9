// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_table.h"

#include <algorithm>
#include <utility>

#include "libs/base/errors.h"

namespace relayfleet::ingest {

void RelayTable::Set(const std::string& key, EntryPtr entry) {
  base::MutexLock lock(&mutex_);
  entries_[key] = std::move(entry);
}

void RelayTable::Remove(absl::string_view key) {
  base::MutexLock lock(&mutex_);
  if (const auto it = entries_.find(key); it != entries_.end()) entries_.erase(it);
}

RelayTable::Entries RelayTable::All() const {
  base::MutexLock lock(&mutex_);
  return entries_;
}

int RelayTable::size() const {
  base::MutexLock lock(&mutex_);
  return static_cast<int>(entries_.size());
}

absl::StatusOr<RelayTable::EntryPtr> RelayTable::Find(absl::string_view key) const {
  base::MutexLock lock(&mutex_);
  const auto it = entries_.find(key);
  if (it == entries_.end()) return base::RelayNotFound(key);
  return it->second;
}

absl::Status RelayTable::CheckFree(absl::string_view key, const ResolvedSpec& spec) const {
  const std::vector<uint16_t> ports = UdpPorts(spec.source);
  base::MutexLock lock(&mutex_);
  for (const auto& [other, entry] : entries_) {
    if (other == key) continue;
    if (spec.path == entry->resolved.path && spec.mediamtx_url == entry->resolved.mediamtx_url) {
      return base::PathInUse(other);
    }
    for (const uint16_t taken : UdpPorts(entry->resolved.source)) {
      if (std::count(ports.begin(), ports.end(), taken) > 0) {
        return base::UdpPortInUse(taken, other);
      }
    }
  }
  return absl::OkStatus();
}

relay::v1::Relay RelayTable::Show(absl::string_view key, const Entry& entry) const {
  relay::v1::Relay relay;
  relay.set_key(std::string(key));
  *relay.mutable_spec() = Masked(entry.spec);
  *relay.mutable_status() = entry.relay->monitor().Status();
  relay.set_revision(entry.revision);
  auto& owner = *relay.mutable_status()->mutable_owner();
  owner = owner_;
  owner.set_epoch(entry.epoch);
  return relay;
}

std::vector<relay::v1::Relay> RelayTable::Show(absl::string_view origin) const {
  base::MutexLock lock(&mutex_);
  std::vector<relay::v1::Relay> relays;
  for (const auto& [key, entry] : entries_) {
    if (origin.empty() || origin == OriginOf(entry->spec)) relays.push_back(Show(key, *entry));
  }
  return relays;
}

}  // namespace relayfleet::ingest
