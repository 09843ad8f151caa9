// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session_registry.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::transcode {

absl::StatusOr<uint64_t> SessionRegistry::Reserve() {
  base::MutexLock lock(&mutex_);
  if (draining_) return absl::UnavailableError("this instance is draining");
  if (sessions_.size() >= static_cast<size_t>(max_sessions_)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("this instance runs its limit of ", max_sessions_, " sessions"));
  }
  sessions_.emplace(++last_id_, Entry());
  return last_id_;
}

void SessionRegistry::Add(uint64_t id, std::shared_ptr<TranscodeSession> session) {
  base::MutexLock lock(&mutex_);
  const auto found = sessions_.find(id);
  if (found != sessions_.end()) found->second.session = std::move(session);
}

void SessionRegistry::Remove(uint64_t id) {
  std::shared_ptr<TranscodeSession> last;  // dies outside the lock
  base::MutexLock lock(&mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  last = std::move(found->second.session);
  if (const auto epoch = epochs_.find(found->second.relay); epoch != epochs_.end()) {
    --epoch->second.sessions;
    epoch->second.until = clock_->Monotonic() + kEpochMemory;
  }
  sessions_.erase(found);
}

absl::Status SessionRegistry::Admit(uint64_t id, const flow::TranscodeOpen& open) {
  base::MutexLock lock(&mutex_);
  ForgetOldEpochs();
  Epoch& known = epochs_[open.relay];
  if (open.epoch < known.value) {
    return absl::FailedPreconditionError(
        absl::StrCat("epoch ", open.epoch, " is behind epoch ", known.value));
  }
  known.value = open.epoch;
  ++known.sessions;
  for (auto& [other, entry] : sessions_) {
    if (other == id) {
      entry.relay = open.relay;
      entry.epoch = open.epoch;
    } else if (entry.relay == open.relay && entry.epoch < open.epoch && entry.session != nullptr) {
      entry.session->Abort(absl::AbortedError(absl::StrCat("superseded by epoch ", open.epoch)));
    }
  }
  return absl::OkStatus();
}

void SessionRegistry::ForgetOldEpochs() {
  const absl::Duration now = clock_->Monotonic();
  absl::erase_if(epochs_, [now](const auto& known) {
    return known.second.sessions == 0 && known.second.until <= now;
  });
}

std::vector<std::shared_ptr<TranscodeSession>> SessionRegistry::Drain() {
  base::MutexLock lock(&mutex_);
  std::vector<std::shared_ptr<TranscodeSession>> all;
  if (std::exchange(draining_, true)) return all;
  for (const auto& [id, entry] : sessions_) {
    if (entry.session != nullptr) all.push_back(entry.session);
  }
  return all;
}

std::vector<std::shared_ptr<TranscodeSession>> SessionRegistry::Clear() {
  base::MutexLock lock(&mutex_);
  draining_ = true;
  std::vector<std::shared_ptr<TranscodeSession>> all;
  for (auto& [id, entry] : sessions_) {
    if (entry.session != nullptr) all.push_back(std::move(entry.session));
  }
  sessions_.clear();
  return all;
}

int SessionRegistry::size() const {
  base::MutexLock lock(&mutex_);
  return static_cast<int>(sessions_.size());
}

}  // namespace relayfleet::transcode
