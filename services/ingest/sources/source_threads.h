// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_SOURCE_THREADS_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_SOURCE_THREADS_H_

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "libs/base/mutex.h"

namespace relayfleet::ingest {

// Threads for sources that block (libav, disks, object stores): one for each attempt, since each
// waits for most of its life. Whoever started one stops it by its flag and does not wait for it.
// Destruction sets all flags and waits. Thread-safe.
class SourceThreads {
 public:
  using StopFlag = std::shared_ptr<std::atomic<bool>>;

  ~SourceThreads();

  // Runs `work` on a thread of its own; it ends soon once `stop` is set. RESOURCE_EXHAUSTED: the
  // system gives no more threads.
  absl::Status Start(StopFlag stop, std::function<void()> work);

 private:
  struct Entry {
    StopFlag stop;
    StopFlag done;
    std::thread thread;
  };

  void JoinDone() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_SOURCE_THREADS_H_
