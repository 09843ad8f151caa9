// SPDX-License-Identifier: Apache-2.0

#include "libs/http/connections.h"

#include <utility>

namespace relayfleet::http {
namespace {

// Aborted connections close as soon as a thread is free; only a runtime that was stopped too
// early makes this time pass.
constexpr absl::Duration kAbortTime = absl::Seconds(1);

}  // namespace

void Connections::Began() {
  base::MutexLock lock(&mutex_);
  ++left_;
}

void Connections::Ended() {
  base::MutexLock lock(&mutex_);
  --left_;
  changed_.NotifyAll();
}

bool Connections::Add(std::shared_ptr<Connection> connection, size_t limit) {
  base::MutexLock lock(&mutex_);
  if (draining_ || open_.size() >= limit) return false;
  const Connection* key = connection.get();
  open_.emplace(key, std::move(connection));
  return true;
}

void Connections::Remove(const Connection* connection) {
  // Dies after the lock is released.
  std::shared_ptr<Connection> removed;
  base::MutexLock lock(&mutex_);
  const auto found = open_.find(connection);
  if (found == open_.end()) return;
  removed = std::move(found->second);
  open_.erase(found);
}

bool Connections::draining() const {
  base::MutexLock lock(&mutex_);
  return draining_;
}

std::vector<std::shared_ptr<Connection>> Connections::All() const {
  base::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(open_.size());
  for (const auto& [key, connection] : open_) all.push_back(connection);
  return all;
}

bool Connections::WaitUntilNoneLeft(absl::Duration timeout) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, timeout,
                          [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return left_ == 0; });
}

void Connections::Drain(absl::Duration grace) {
  {
    base::MutexLock lock(&mutex_);
    draining_ = true;
  }
  for (const auto& connection : All()) connection->CloseIfIdle();
  if (WaitUntilNoneLeft(grace)) return;
  for (const auto& connection : All()) connection->Abort();
  WaitUntilNoneLeft(kAbortTime);
}

}  // namespace relayfleet::http
