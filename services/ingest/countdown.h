// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_COUNTDOWN_H_
#define RELAYFLEET_SERVICES_INGEST_COUNTDOWN_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "libs/base/mutex.h"

namespace relayfleet::ingest {

// Collects the results of `count` things that end on their own threads, then calls `done` once,
// on the thread of the last one (inside Make() when there are none). Thread-safe.
template <typename T>
class Countdown {
 public:
  using Done = absl::AnyInvocable<void(std::vector<T>)>;

  static std::shared_ptr<Countdown> Make(size_t count, Done done) {
    if (count == 0) done({});
    return std::shared_ptr<Countdown>(new Countdown(count, std::move(done)));
  }

  void Add(T result) {
    std::vector<T> results;
    {
      base::MutexLock lock(&mutex_);
      results_.push_back(std::move(result));
      if (results_.size() != count_) return;
      results = std::move(results_);
    }
    done_(std::move(results));
  }

 private:
  Countdown(size_t count, Done done) : count_(count), done_(std::move(done)) {}

  const size_t count_;
  Done done_;
  base::Mutex mutex_;
  std::vector<T> results_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_COUNTDOWN_H_
