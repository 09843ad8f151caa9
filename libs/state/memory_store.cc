// SPDX-License-Identifier: Apache-2.0

#include "libs/state/memory_store.h"

#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/mutex.h"
#include "libs/state/precondition.h"
#include "libs/state/watch_hub.h"

namespace relayfleet::state {
namespace {

class MemoryStore final : public Store {
 public:
  absl::StatusOr<Record> Get(absl::string_view key) override {
    base::MutexLock lock(&mutex_);
    const auto it = records_.find(std::string(key));
    if (it == records_.end()) return base::RelayNotFound(key);
    return it->second;
  }

  absl::StatusOr<uint64_t> Put(absl::string_view key, absl::string_view value,
                               std::optional<uint64_t> expected_revision) override {
    base::MutexLock lock(&mutex_);
    absl::Status status = CheckPut(key, expected_revision, RevisionOf(key));
    if (!status.ok()) return status;
    Record record{std::string(key), std::string(value), ++revision_};
    records_[record.key] = record;
    hub_.Add({.deleted = false, .record = std::move(record)});
    return revision_;
  }

  absl::StatusOr<uint64_t> Delete(absl::string_view key,
                                  std::optional<uint64_t> expected_revision) override {
    base::MutexLock lock(&mutex_);
    absl::Status status = CheckDelete(key, expected_revision, RevisionOf(key));
    if (!status.ok()) return status;
    records_.erase(std::string(key));
    hub_.Add({.deleted = true, .record = {std::string(key), "", ++revision_}});
    return revision_;
  }

  absl::StatusOr<Listing> List() override {
    base::MutexLock lock(&mutex_);
    Listing listing{.records = {}, .revision = revision_};
    for (const auto& [key, record] : records_) listing.records.push_back(record);
    return listing;
  }

  absl::StatusOr<Watch> WatchFrom(uint64_t from_revision, std::shared_ptr<base::Executor> executor,
                                  absl::AnyInvocable<void(const Event&)> on_event) override {
    return hub_.WatchFrom(from_revision, std::move(executor), std::move(on_event));
  }

  absl::StatusOr<uint64_t> Claim(absl::string_view key, absl::string_view /*owner*/,
                                 absl::Duration /*ttl*/) override {
    base::MutexLock lock(&mutex_);
    return claims_[std::string(key)] = ++epoch_;
  }

  absl::Status Renew(absl::string_view key, uint64_t epoch, absl::Duration /*ttl*/) override {
    base::MutexLock lock(&mutex_);
    const auto it = claims_.find(std::string(key));
    const uint64_t in_force = it == claims_.end() ? 0 : it->second;
    return in_force == epoch ? absl::OkStatus() : base::NotTheOwner(key, epoch, in_force);
  }

  absl::Status Release(absl::string_view key, uint64_t epoch) override {
    base::MutexLock lock(&mutex_);
    const auto it = claims_.find(std::string(key));
    if (it != claims_.end() && it->second == epoch) claims_.erase(it);
    return absl::OkStatus();
  }

 private:
  std::optional<uint64_t> RevisionOf(absl::string_view key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto it = records_.find(std::string(key));
    if (it == records_.end()) return std::nullopt;
    return it->second.revision;
  }

  base::Mutex mutex_;
  std::map<std::string, Record> records_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> claims_ ABSL_GUARDED_BY(mutex_);
  uint64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  WatchHub hub_{0};
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace relayfleet::state
