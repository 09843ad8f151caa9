// SPDX-License-Identifier: Apache-2.0

#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::base::testing {

class FakeRuntime::FakeClock final : public Clock {
 public:
  absl::Time Wall() const override { return wall_; }
  absl::Duration Monotonic() const override { return monotonic_; }

  void MoveTo(absl::Duration monotonic) {
    wall_ += monotonic - monotonic_;
    monotonic_ = monotonic;
  }
  void JumpWall(absl::Duration by) { wall_ += by; }

 private:
  absl::Time wall_ = absl::FromUnixSeconds(1767225600);
  absl::Duration monotonic_ = absl::Seconds(1000);
};

struct FakeRuntime::State : std::enable_shared_from_this<State> {
  using Key = std::pair<absl::Duration, uint64_t>;

  Key Add(absl::Duration due, Task task) {
    const Key key{due, next_id++};
    tasks.emplace(key, std::move(task));
    return key;
  }

  FakeClock clock;
  uint64_t next_id = 0;
  std::map<Key, Task> tasks;
};

class FakeRuntime::FakeStrand final : public Executor {
 public:
  explicit FakeStrand(std::shared_ptr<State> state) : state_(std::move(state)) {}

  void Post(Task task) override { state_->Add(state_->clock.Monotonic(), std::move(task)); }

  Timer After(absl::Duration delay, Task task) override {
    const auto due = state_->clock.Monotonic() + std::max(delay, absl::ZeroDuration());
    return Timer(std::make_shared<Handle>(state_, state_->Add(due, std::move(task))));
  }

  const Clock& clock() const override { return state_->clock; }

 private:
  class Handle final : public Timer::Handle {
   public:
    Handle(std::shared_ptr<State> state, State::Key key) : state_(std::move(state)), key_(key) {}
    void Cancel() override { state_->tasks.erase(key_); }

   private:
    const std::shared_ptr<State> state_;
    const State::Key key_;
  };

  const std::shared_ptr<State> state_;
};

FakeRuntime::FakeRuntime() : state_(std::make_shared<State>()) {}

std::shared_ptr<Executor> FakeRuntime::NewStrand() { return std::make_shared<FakeStrand>(state_); }

const Clock& FakeRuntime::clock() const { return state_->clock; }

void FakeRuntime::RunReady() { Advance(absl::ZeroDuration()); }

void FakeRuntime::Advance(absl::Duration duration) {
  const absl::Duration end = state_->clock.Monotonic() + duration;
  while (!state_->tasks.empty() && state_->tasks.begin()->first.first <= end) {
    auto node = state_->tasks.extract(state_->tasks.begin());
    state_->clock.MoveTo(std::max(state_->clock.Monotonic(), node.key().first));
    node.mapped()();
  }
  state_->clock.MoveTo(end);
}

void FakeRuntime::JumpWall(absl::Duration by) { state_->clock.JumpWall(by); }

int FakeRuntime::pending() const { return static_cast<int>(state_->tasks.size()); }

}  // namespace relayfleet::base::testing
