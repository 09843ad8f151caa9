// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_manager.h"

#include <map>
#include <utility>

#include "libs/base/errors.h"
#include "libs/base/random_id.h"
#include "services/ingest/countdown.h"

namespace relayfleet::ingest {
namespace {

// A store with one user lets no claim lapse; the value matters to stores that come later.
constexpr absl::Duration kClaimTtl = absl::Seconds(10);

relay::v1::Owner OwnerOf(const RelayManager::Options& options, const std::string& boot_id) {
  relay::v1::Owner owner;
  owner.set_instance_id(options.instance_id);
  owner.set_boot_id(boot_id);
  owner.set_endpoint(options.endpoint);
  return owner;
}

bool IsOver(const Relay& relay) {
  const relay::v1::RelayState state = relay.monitor().State();
  return state == relay::v1::RELAY_STATE_FAILED || state == relay::v1::RELAY_STATE_STOPPED;
}

}  // namespace

RelayManager::RelayManager(Options options, Environment environment)
    : options_(std::move(options)),
      boot_id_(base::RandomId()),
      env_(std::move(environment)),
      table_(OwnerOf(options_, boot_id_)) {}

absl::Status RelayManager::Restore() {
  const auto listing = env_.store.List();
  if (!listing.ok()) return listing.status();
  std::map<std::string, Entry> entries;
  for (const state::Record& record : listing->records) {
    auto entry = Load(record);
    if (!entry.ok()) return entry.status();
    entries[record.key] = *std::move(entry);
  }
  // Nothing runs before all could be read.
  for (auto& [key, entry] : entries) {
    Launch(key, /*restored=*/true, /*request=*/"", &entry);
    table_.Set(key, std::make_shared<const Entry>(std::move(entry)));
  }
  return absl::OkStatus();
}

absl::StatusOr<RelayManager::Entry> RelayManager::Load(const state::Record& record) {
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
  return entry;
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
  if (const auto found = table_.Find(key); found.ok()) {
    const Entry& live = **found;
    if (live.resolved != *resolved || OriginOf(live.spec) != OriginOf(spec)) {
      return base::RelayExists(key);
    }
    return Created{.relay = table_.Show(key, live), .existed = true};
  }
  if (draining_) return base::NotServing();
  if (table_.size() >= options_.max_relays) return base::TooManyRelays(options_.max_relays);
  if (absl::Status status = table_.CheckFree(key, *resolved); !status.ok()) return status;
  auto entry = Store(key, spec, *resolved);
  if (!entry.ok()) return entry.status();
  Launch(key, /*restored=*/false, request, &*entry);
  const auto created = std::make_shared<const Entry>(*std::move(entry));
  table_.Set(key, created);
  return Created{.relay = table_.Show(key, *created)};
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

void RelayManager::Launch(const std::string& key, bool restored, const std::string& request,
                          Entry* entry) {
  entry->strand = env_.runtime.NewStrand();
  entry->relay = Relay::Start({.key = key,
                               .spec = entry->resolved,
                               .source = env_.sources(entry->resolved, entry->strand),
                               .epoch = entry->epoch,
                               .restored = restored,
                               .request = request},
                              entry->strand, env_.stages, env_.observer);
}

void RelayManager::Update(std::string key, relay::v1::RelaySpec spec, uint64_t revision,
                          absl::AnyInvocable<void(absl::StatusOr<relay::v1::Relay>)> done) {
  env_.disk->Post(
      [this, key = std::move(key), spec = std::move(spec), revision,
       done = std::move(done)]() mutable { done(UpdateNow(key, std::move(spec), revision)); });
}

absl::StatusOr<relay::v1::Relay> RelayManager::UpdateNow(const std::string& key,
                                                         relay::v1::RelaySpec spec,
                                                         uint64_t revision) {
  const auto found = FindRunning(key);
  if (!found.ok()) return found.status();
  const Entry& live = **found;
  if (revision != 0 && revision != live.revision) {
    return base::RevisionMismatch(key, revision, live.revision);
  }
  auto changed = Change(key, live, std::move(spec));
  if (!changed.ok()) return changed.status();
  // A relay that failed or ended begins anew, whatever is changed.
  if (changed->resolved == live.resolved && !IsOver(*live.relay)) return table_.Show(key, live);
  const auto stored = env_.store.Put(key, changed->spec.SerializeAsString(), live.revision);
  if (!stored.ok()) return stored.status();
  changed->revision = *stored;
  changed->relay->Update(changed->resolved, env_.sources(changed->resolved, live.strand));
  const auto entry = std::make_shared<const Entry>(*std::move(changed));
  table_.Set(key, entry);
  return table_.Show(key, *entry);
}

absl::StatusOr<RelayManager::Entry> RelayManager::Change(const std::string& key, const Entry& entry,
                                                         relay::v1::RelaySpec spec) {
  spec.set_origin(entry.spec.origin());
  KeepSecrets(entry.spec, &spec);
  auto resolved = Resolve(key, spec, options_.rules);
  if (!resolved.ok()) return resolved.status();
  if (absl::Status status = table_.CheckFree(key, *resolved); !status.ok()) return status;
  Entry changed = entry;
  changed.spec = std::move(spec);
  changed.resolved = *std::move(resolved);
  return changed;
}

void RelayManager::Delete(std::string key, std::string request,
                          absl::AnyInvocable<void(absl::Status)> done) {
  env_.disk->Post([this, key = std::move(key), request = std::move(request),
                   done = std::move(done)]() mutable { DeleteNow(key, request, std::move(done)); });
}

void RelayManager::DeleteNow(const std::string& key, const std::string& request,
                             absl::AnyInvocable<void(absl::Status)> done) {
  const auto entry = table_.Find(key);
  if (!entry.ok()) return done(entry.status());
  if (const auto deleted = env_.store.Delete(key, std::nullopt); !deleted.ok()) {
    return done(deleted.status());
  }
  table_.Remove(key);
  (*entry)->relay->Stop(/*handover=*/false, request,
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

absl::StatusOr<relay::v1::Relay> RelayManager::Get(absl::string_view key) const {
  const auto entry = table_.Find(key);
  if (!entry.ok()) return entry.status();
  return table_.Show(key, **entry);
}

std::vector<relay::v1::Relay> RelayManager::List(absl::string_view origin) const {
  return table_.Show(origin);
}

Relay::Queued RelayManager::Queued() const {
  Relay::Queued all;
  for (const auto& [key, entry] : table_.All()) {
    const Relay::Queued one = entry->relay->queued();
    all.pictures += one.pictures;
    all.packets += one.packets;
  }
  return all;
}

bool RelayManager::draining() const { return draining_; }

absl::StatusOr<RelayManager::EntryPtr> RelayManager::FindRunning(absl::string_view key) const {
  if (draining_) return base::NotServing();
  return table_.Find(key);
}

absl::StatusOr<std::shared_ptr<Relay>> RelayManager::Find(absl::string_view key) const {
  const auto entry = FindRunning(key);
  if (!entry.ok()) return entry.status();
  return (*entry)->relay;
}

absl::StatusOr<std::shared_ptr<Relay>> RelayManager::FindForFrames(absl::string_view key) const {
  const auto entry = FindRunning(key);
  if (!entry.ok()) return entry.status();
  if (!std::holds_alternative<FramesSpec>((*entry)->resolved.source)) {
    return base::NotAFramesRelay(key);
  }
  return (*entry)->relay;
}

absl::StatusOr<std::shared_ptr<Relay>> RelayManager::FindForUnits(absl::string_view key) const {
  const auto entry = FindRunning(key);
  if (!entry.ok()) return entry.status();
  const auto* annexb = std::get_if<AnnexbSpec>(&(*entry)->resolved.source);
  if (annexb == nullptr || !annexb->fifo.empty()) return base::NotAnAnnexbRelay(key);
  return (*entry)->relay;
}

void RelayManager::Drain(absl::AnyInvocable<void()> done) {
  draining_ = true;
  const RelayTable::Entries entries = table_.All();
  auto countdown =
      Countdown<bool>::Make(static_cast<int>(entries.size()),
                            [done = std::move(done)](const std::vector<bool>&) mutable { done(); });
  for (const auto& [key, entry] : entries) {
    entry->relay->Stop(/*handover=*/true, /*request=*/"", [countdown] { countdown->Add(true); });
  }
}

}  // namespace relayfleet::ingest
