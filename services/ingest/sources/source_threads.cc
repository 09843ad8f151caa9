// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/source_threads.h"

#include <pthread.h>

#include <system_error>
#include <utility>

namespace relayfleet::ingest {

SourceThreads::~SourceThreads() {
  std::list<Entry> entries;
  {
    base::MutexLock lock(&mutex_);
    entries.swap(entries_);
  }
  for (Entry& entry : entries) *entry.stop = true;
  for (Entry& entry : entries) entry.thread.join();
}

absl::Status SourceThreads::Start(StopFlag stop, std::function<void()> work) {
  auto done = std::make_shared<std::atomic<bool>>(false);
  base::MutexLock lock(&mutex_);
  JoinDone();
  try {
    std::thread thread([work = std::move(work), done] {
      pthread_setname_np(pthread_self(), "source");
      work();
      *done = true;
    });
    entries_.push_back({std::move(stop), std::move(done), std::move(thread)});
  } catch (const std::system_error&) {
    return absl::ResourceExhaustedError("the system gives no thread for reading the source");
  }
  return absl::OkStatus();
}

void SourceThreads::JoinDone() {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (*entry->done) {
      entry->thread.join();
      entry = entries_.erase(entry);
    } else {
      ++entry;
    }
  }
}

}  // namespace relayfleet::ingest
