// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_STORE_H_
#define RELAYFLEET_LIBS_STATE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"

namespace relayfleet::state {

// A stored value.
struct Record {
  std::string key;
  std::string value;      // opaque bytes
  uint64_t revision = 0;  // of the store when this was last written, from 1

  friend bool operator==(const Record&, const Record&) = default;
};

// All records of one moment.
struct Listing {
  std::vector<Record> records;  // by key
  uint64_t revision = 0;        // of the store: watch from revision + 1 to miss nothing
};

// A change: a record was written, or is gone (then `value` is empty).
struct Event {
  bool deleted = false;
  Record record;

  friend bool operator==(const Event&, const Event&) = default;
};

// Keeps a watch going; destruction ends it. On the watch's executor, no call follows.
class Watch {
 public:
  class Handle {
   public:
    virtual ~Handle() = default;
  };
  Watch() = default;
  explicit Watch(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
  Watch(Watch&&) = default;
  Watch& operator=(Watch&&) = default;

 private:
  std::shared_ptr<Handle> handle_;  // the only lasting owner
};

// Desired state: what is to run, apart from what runs. Shaped after etcd, so that one can stand
// behind it: revisions of the whole store grow by one with each change, writes are conditional,
// owners of a key are told apart by epochs. What is answered with OK survives the process.
//
// All calls block until the disk has it (milliseconds): not for media strands. Thread-safe.
// Backends: sqlite_store.h, memory_store.h (tests); both pass store_conformance_test.
class Store {
 public:
  virtual ~Store() = default;

  // NOT_FOUND if there is none.
  virtual absl::StatusOr<Record> Get(absl::string_view key) = 0;

  // Writes `value`; returns the new revision. `expected_revision`: 0: `key` must not exist, else
  // ALREADY_EXISTS; a number: it must be the record's, else ABORTED (NOT_FOUND without a record);
  // nullopt: any.
  virtual absl::StatusOr<uint64_t> Put(absl::string_view key, absl::string_view value,
                                       std::optional<uint64_t> expected_revision) = 0;

  // Removes a record; returns the revision of that change. NOT_FOUND if there is none.
  virtual absl::StatusOr<uint64_t> Delete(absl::string_view key,
                                          std::optional<uint64_t> expected_revision) = 0;

  virtual absl::StatusOr<Listing> List() = 0;

  // Calls `on_event` on `executor` for each change from revision `from_revision` on, in order.
  // OUT_OF_RANGE if changes from there on are forgotten (kWatchHistory): list again.
  virtual absl::StatusOr<Watch> WatchFrom(uint64_t from_revision,
                                          std::shared_ptr<base::Executor> executor,
                                          absl::AnyInvocable<void(const Event&)> on_event) = 0;

  // Makes `owner` the owner of `key` for `ttl`; returns an epoch that is higher than all given out
  // before, for any key. A store with one user (both that exist) grants always, and lets no claim
  // lapse.
  virtual absl::StatusOr<uint64_t> Claim(absl::string_view key, absl::string_view owner,
                                         absl::Duration ttl) = 0;
  // Prolongs a claim. FAILED_PRECONDITION if `epoch` is not the one in force.
  virtual absl::Status Renew(absl::string_view key, uint64_t epoch, absl::Duration ttl) = 0;
  // Gives a claim up; OK if it was replaced or is gone.
  virtual absl::Status Release(absl::string_view key, uint64_t epoch) = 0;
};

// Changes that a watch can reach back to.
inline constexpr int kWatchHistory = 1024;

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_STORE_H_
