// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_manager.h"

#include <algorithm>
#include <utility>

#include "libs/base/errors.h"
#include "libs/base/random_id.h"
#include "services/ingest/countdown.h"

namespace relayfleet::ingest {
namespace {

// A store with one user lets no claim lapse; the value matters to stores that come later.
constexpr absl::Duration kClaimTtl = absl::Seconds(10);

}  // namespace

RelayManager::RelayManager(Options options, Environment environment)
    : options_(std::move(options)), boot_id_(base::RandomId()), env_(std::move(environment)) {}

absl::Status RelayManager::Restore() {
  const auto listing = env_.store.List();
  if (!listing.ok()) return listing.status();
  std::map<std::string, Entry, std::less<>> entries;
  for (const state::Record& record : listing->records) {
    Entry entry{.revision = record.revision};
    if (!entry.spec.ParseFromString(record.value)) {
      return base::StateCorrupt(record.key, "the relay's spec can't be read");
    }
    auto resolved = Resolve(record.key, entry.spec, options_.rules);
    entry.resolved =
        resolved.ok() ? *std::move(resolved) : Refused(record.key, entry.spec, resolved.status());
    const auto epoch = env_.store.Claim(record.key, boot_id_, kClaimTtl);
    if (!epoch.ok()) return epoch.status();
    entry.epoch = *epoch;
    entries[record.key] = std::move(entry);
  }
  // Nothing runs before all could be read.
  for (auto& [key, entry] : entries) {
    entry.relay = Launch(key, entry, /*restored=*/true, /*request=*/"");
  }
  base::MutexLock lock(&mutex_);
  relays_ = std::move(entries);
  return absl::OkStatus();
}

void RelayManager::Create(std::string key, relay::v1::RelaySpec spec, std::string request,
                          absl::AnyInvocable<void(absl::StatusOr<Created>)> done) {
  env_.disk->Post([this, key = std::move(key), spec = std::move(spec), request = std::move(request),
                   done = std::move(done)]() mutable { done(CreateNow(key, spec, request)); });
}

absl::StatusOr<RelayManager::Created> RelayManager::CreateNow(const std::string& key,
                                                              const relay::v1::RelaySpec& spec,
                                                              const std::string& request) {
  const auto resolved = Resolve(key, spec, options_.rules);
  if (!resolved.ok()) return resolved.status();
  if (const auto found = FindEntry(key); found.ok()) {
    if (found->resolved != *resolved || OriginOf(found->spec) != OriginOf(spec)) {
      return base::RelayExists(key);
    }
    return Created{.relay = ToProto(key, *found), .existed = true};
  }
  {
    base::MutexLock lock(&mutex_);
    if (draining_) return base::NotServing();
    if (static_cast<int>(relays_.size()) >= options_.max_relays) {
      return base::TooManyRelays(options_.max_relays);
    }
    if (absl::Status status = CheckFree(key, *resolved); !status.ok()) return status;
  }
  auto entry = Store(key, spec, *resolved);
  if (!entry.ok()) return entry.status();
  entry->relay = Launch(key, *entry, /*restored=*/false, request);
  base::MutexLock lock(&mutex_);
  relays_[key] = *entry;
  return Created{.relay = ToProto(key, *entry)};
}

absl::Status RelayManager::CheckFree(absl::string_view key, const ResolvedSpec& spec) const {
  const std::vector<uint16_t> ports = UdpPorts(spec.source);
  for (const auto& [other, entry] : relays_) {
    if (other == key) continue;
    if (spec.path == entry.resolved.path && spec.mediamtx_url == entry.resolved.mediamtx_url) {
      return base::PathInUse(other);
    }
    for (const uint16_t taken : UdpPorts(entry.resolved.source)) {
      if (std::count(ports.begin(), ports.end(), taken) > 0) {
        return base::UdpPortInUse(taken, other);
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RelayManager::Entry> RelayManager::Store(const std::string& key,
                                                        const relay::v1::RelaySpec& spec,
                                                        const ResolvedSpec& resolved) {
  const auto epoch = env_.store.Claim(key, boot_id_, kClaimTtl);
  if (!epoch.ok()) return epoch.status();
  const auto revision = env_.store.Put(key, spec.SerializeAsString(), 0);
  if (!revision.ok()) return revision.status();
  return Entry{.spec = spec, .resolved = resolved, .revision = *revision, .epoch = *epoch};
}

std::shared_ptr<Relay> RelayManager::Launch(const std::string& key, const Entry& entry,
                                            bool restored, const std::string& request) {
  return Relay::Start({.key = key,
                       .spec = entry.resolved,
                       .epoch = entry.epoch,
                       .restored = restored,
                       .request = request},
                      env_.runtime.NewStrand(), env_.stages, env_.observer);
}

void RelayManager::Delete(std::string key, std::string request,
                          absl::AnyInvocable<void(absl::Status)> done) {
  env_.disk->Post([this, key = std::move(key), request = std::move(request),
                   done = std::move(done)]() mutable { DeleteNow(key, request, std::move(done)); });
}

void RelayManager::DeleteNow(const std::string& key, const std::string& request,
                             absl::AnyInvocable<void(absl::Status)> done) {
  const auto entry = FindEntry(key);
  if (!entry.ok()) return done(entry.status());
  if (const auto deleted = env_.store.Delete(key, std::nullopt); !deleted.ok()) {
    return done(deleted.status());
  }
  {
    base::MutexLock lock(&mutex_);
    relays_.erase(key);
  }
  entry->relay->Stop(/*handover=*/false, request,
                     [done = std::move(done)]() mutable { done(absl::OkStatus()); });
}

void RelayManager::StopAll(std::string origin, std::string request,
                           absl::AnyInvocable<void(absl::StatusOr<int>)> done) {
  env_.disk->Post(
      [this, origin = std::move(origin), request = std::move(request),
       done = std::move(done)]() mutable { StopAllNow(origin, request, std::move(done)); });
}

void RelayManager::StopAllNow(const std::string& origin, const std::string& request,
                              absl::AnyInvocable<void(absl::StatusOr<int>)> done) {
  const auto relays = List(origin);
  const int count = static_cast<int>(relays.size());
  auto countdown = Countdown<absl::Status>::Make(
      count, [count, done = std::move(done)](const std::vector<absl::Status>& results) mutable {
        for (const absl::Status& status : results) {
          if (!status.ok()) return done(status);
        }
        done(count);
      });
  for (const auto& relay : relays) {
    DeleteNow(relay.key(), request, [countdown](absl::Status status) { countdown->Add(status); });
  }
}

absl::StatusOr<RelayManager::Entry> RelayManager::FindEntry(absl::string_view key) const {
  base::MutexLock lock(&mutex_);
  const auto it = relays_.find(key);
  if (it == relays_.end()) return base::RelayNotFound(key);
  return it->second;
}

absl::StatusOr<relay::v1::Relay> RelayManager::Get(absl::string_view key) const {
  const auto entry = FindEntry(key);
  if (!entry.ok()) return entry.status();
  return ToProto(key, *entry);
}

std::vector<relay::v1::Relay> RelayManager::List(absl::string_view origin) const {
  base::MutexLock lock(&mutex_);
  std::vector<relay::v1::Relay> relays;
  for (const auto& [key, entry] : relays_) {
    if (origin.empty() || origin == OriginOf(entry.spec)) relays.push_back(ToProto(key, entry));
  }
  return relays;
}

Relay::Queued RelayManager::Queued() const {
  base::MutexLock lock(&mutex_);
  Relay::Queued all;
  for (const auto& [key, entry] : relays_) {
    const Relay::Queued one = entry.relay->queued();
    all.pictures += one.pictures;
    all.packets += one.packets;
  }
  return all;
}

absl::StatusOr<std::shared_ptr<Relay>> RelayManager::Find(absl::string_view key) const {
  base::MutexLock lock(&mutex_);
  if (draining_) return base::NotServing();
  const auto it = relays_.find(key);
  if (it == relays_.end()) return base::RelayNotFound(key);
  return it->second.relay;
}

relay::v1::Relay RelayManager::ToProto(absl::string_view key, const Entry& entry) const {
  relay::v1::Relay relay;
  relay.set_key(std::string(key));
  *relay.mutable_spec() = Masked(entry.spec);
  *relay.mutable_status() = entry.relay->monitor().Status();
  relay.set_revision(entry.revision);
  auto& owner = *relay.mutable_status()->mutable_owner();
  owner.set_instance_id(options_.instance_id);
  owner.set_boot_id(boot_id_);
  owner.set_endpoint(options_.endpoint);
  owner.set_epoch(entry.epoch);
  return relay;
}

void RelayManager::Drain(absl::AnyInvocable<void()> done) {
  std::vector<std::shared_ptr<Relay>> relays;
  {
    base::MutexLock lock(&mutex_);
    draining_ = true;
    for (const auto& [key, entry] : relays_) relays.push_back(entry.relay);
  }
  auto countdown =
      Countdown<bool>::Make(static_cast<int>(relays.size()),
                            [done = std::move(done)](const std::vector<bool>&) mutable { done(); });
  for (const auto& relay : relays) {
    relay->Stop(/*handover=*/true, /*request=*/"", [countdown] { countdown->Add(true); });
  }
}

}  // namespace relayfleet::ingest
