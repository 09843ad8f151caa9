// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SESSION_REGISTRY_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SESSION_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/flow/stages.h"
#include "services/transcode/session.h"

namespace relayfleet::transcode {

// Owns the sessions of a stage, bounds their number and fences relays by epoch. Thread-safe.
class SessionRegistry {
 public:
  // How long a relay's epoch is remembered after its last session. A late call of an owner before
  // comes sooner; and owners whose state was lost, who count from 1 again, shall get in.
  static constexpr absl::Duration kEpochMemory = absl::Seconds(30);

  // `clock` outlives it.
  SessionRegistry(int max_sessions, const base::Clock* clock)
      : max_sessions_(max_sessions), clock_(clock) {}

  // A number for a new session, or why there can't be one.
  absl::StatusOr<uint64_t> Reserve();
  // Keeps the session of a reserved number.
  void Add(uint64_t id, std::shared_ptr<TranscodeSession> session);
  // Lets go of it, however far it got.
  void Remove(uint64_t id);

  // FAILED_PRECONDITION if a higher epoch of the relay is known. Sessions of lower ones end with
  // ABORTED; of the same epoch, several may run (a relay that moves from one to the next).
  absl::Status Admit(uint64_t id, const flow::TranscodeOpen& open);

  // Reserve() answers UNAVAILABLE from now on. Returns all sessions the first time, else none.
  std::vector<std::shared_ptr<TranscodeSession>> Drain();
  // Drain(), and lets go of all sessions.
  std::vector<std::shared_ptr<TranscodeSession>> Clear();

  int size() const;

 private:
  struct Entry {
    std::shared_ptr<TranscodeSession> session;  // null between Reserve() and Add()
    std::string relay;                          // empty before Admit()
    uint64_t epoch = 0;
  };

  // The highest epoch of a relay.
  struct Epoch {
    uint64_t value = 0;
    int sessions = 0;      // admitted ones that have not ended
    absl::Duration until;  // monotonic: forgotten then, if there are none
  };

  void ForgetOldEpochs() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int max_sessions_;
  const base::Clock* const clock_;
  mutable base::Mutex mutex_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, Entry> sessions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Epoch> epochs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SESSION_REGISTRY_H_
