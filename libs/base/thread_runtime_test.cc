// SPDX-License-Identifier: Apache-2.0

#include "libs/base/thread_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <vector>

namespace relayfleet::base {
namespace {

TEST(ThreadRuntime, StrandKeepsOrderAcrossThreads) {
  ThreadRuntime runtime(4, "test");
  auto strand = runtime.NewStrand();
  std::vector<int> seen;
  std::promise<void> done;
  for (int i = 0; i < 1000; ++i) strand->Post([&seen, i] { seen.push_back(i); });
  strand->Post([&done] { done.set_value(); });
  done.get_future().wait();
  std::vector<int> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(seen, expected);
}

TEST(ThreadRuntime, TimerRunsAfterItsDelay) {
  ThreadRuntime runtime(1, "test");
  auto strand = runtime.NewStrand();
  const absl::Duration start = runtime.clock().Monotonic();
  std::promise<absl::Duration> ran;
  Timer timer =
      strand->After(absl::Milliseconds(20), [&] { ran.set_value(runtime.clock().Monotonic()); });
  EXPECT_GE(ran.get_future().get() - start, absl::Milliseconds(20));
}

TEST(ThreadRuntime, CancelledTimerNeverRuns) {
  ThreadRuntime runtime(1, "test");
  auto strand = runtime.NewStrand();
  std::vector<int> ran;
  std::promise<void> done;
  Timer dead = strand->After(absl::Milliseconds(5), [&] { ran.push_back(1); });
  dead.Cancel();
  Timer alive = strand->After(absl::Milliseconds(30), [&] { done.set_value(); });
  done.get_future().wait();
  EXPECT_THAT(ran, ::testing::IsEmpty());
}

TEST(ThreadRuntime, StrandOutlivesRuntime) {
  std::shared_ptr<Executor> strand;
  {
    ThreadRuntime runtime(1, "test");
    strand = runtime.NewStrand();
  }
  bool ran = false;
  strand->Post([&] { ran = true; });
  Timer timer = strand->After(absl::ZeroDuration(), [&] { ran = true; });
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace relayfleet::base
