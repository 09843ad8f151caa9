// SPDX-License-Identifier: Apache-2.0

#include "libs/state/watch_hub.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::state {

// Owned by its Watch alone: posted events hold it weakly, so that they do nothing once it is gone.
class WatchHub::Subscriber final : public Watch::Handle {
 public:
  Subscriber(std::shared_ptr<base::Executor> executor,
             absl::AnyInvocable<void(const Event&)> on_event)
      : executor_(std::move(executor)), on_event_(std::move(on_event)) {}

  static void Post(const std::shared_ptr<Subscriber>& self, std::shared_ptr<const Event> event) {
    self->executor_->Post([weak = std::weak_ptr(self), event = std::move(event)] {
      if (const auto subscriber = weak.lock()) subscriber->on_event_(*event);
    });
  }

 private:
  const std::shared_ptr<base::Executor> executor_;
  absl::AnyInvocable<void(const Event&)> on_event_;
};

WatchHub::WatchHub(uint64_t revision) : first_known_(revision + 1) {}

WatchHub::~WatchHub() = default;

void WatchHub::Add(Event event) {
  auto shared = std::make_shared<const Event>(std::move(event));
  base::MutexLock lock(&mutex_);
  history_.push_back(shared);
  if (history_.size() > kWatchHistory) {
    first_known_ = history_.front()->record.revision + 1;
    history_.pop_front();
  }
  std::erase_if(subscribers_, [&](const std::weak_ptr<Subscriber>& weak) {
    const std::shared_ptr<Subscriber> subscriber = weak.lock();
    if (subscriber != nullptr) Subscriber::Post(subscriber, shared);
    return subscriber == nullptr;
  });
}

absl::StatusOr<Watch> WatchHub::WatchFrom(uint64_t from_revision,
                                          std::shared_ptr<base::Executor> executor,
                                          absl::AnyInvocable<void(const Event&)> on_event) {
  auto subscriber = std::make_shared<Subscriber>(std::move(executor), std::move(on_event));
  base::MutexLock lock(&mutex_);
  if (from_revision < first_known_) {
    return absl::OutOfRangeError(absl::StrCat("changes before revision ", first_known_,
                                              " are forgotten; list, then watch from there"));
  }
  for (const auto& event : history_) {
    if (event->record.revision >= from_revision) Subscriber::Post(subscriber, event);
  }
  subscribers_.push_back(subscriber);
  return Watch(std::move(subscriber));
}

}  // namespace relayfleet::state
