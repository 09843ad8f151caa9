// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_TESTING_FAKE_RUNTIME_H_
#define RELAYFLEET_LIBS_BASE_TESTING_FAKE_RUNTIME_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/executor.h"

namespace relayfleet::base::testing {

// A runtime for tests: time stands still until Advance(), and tasks run inside Advance() and
// RunReady() on the calling thread, in order of due time, then of posting. Not thread-safe.
class FakeRuntime final : public Runtime {
 public:
  // Wall time starts at 2026-01-01T00:00:00Z, monotonic time at 1000 s.
  FakeRuntime();

  std::shared_ptr<Executor> NewStrand() override;
  const Clock& clock() const override;

  // Runs what is due now, and what that posts.
  void RunReady();
  // Moves time on by `duration`, running timers at their times.
  void Advance(absl::Duration duration);
  // Moves the time of day alone, as an administrator would.
  void JumpWall(absl::Duration by);
  // Tasks and timers that wait.
  int pending() const;

 private:
  class FakeClock;
  class FakeStrand;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace relayfleet::base::testing

#endif  // RELAYFLEET_LIBS_BASE_TESTING_FAKE_RUNTIME_H_
