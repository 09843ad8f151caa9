// SPDX-License-Identifier: Apache-2.0

#include "libs/base/testing/fake_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace relayfleet::base::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FakeRuntime, RunsInOrderOfDueTimeThenPosting) {
  FakeRuntime runtime;
  auto strand = runtime.NewStrand();
  std::vector<int> ran;
  Timer late = strand->After(absl::Seconds(2), [&] { ran.push_back(4); });
  Timer early = strand->After(absl::Seconds(1), [&] { ran.push_back(3); });
  strand->Post([&] { ran.push_back(1); });
  strand->Post([&] { ran.push_back(2); });
  EXPECT_THAT(ran, IsEmpty());
  runtime.RunReady();
  EXPECT_THAT(ran, ElementsAre(1, 2));
  runtime.Advance(absl::Seconds(2));
  EXPECT_THAT(ran, ElementsAre(1, 2, 3, 4));
}

TEST(FakeRuntime, TimersSeeTheirOwnTime) {
  FakeRuntime runtime;
  auto strand = runtime.NewStrand();
  const absl::Duration start = runtime.clock().Monotonic();
  absl::Duration seen;
  Timer timer =
      strand->After(absl::Seconds(1), [&] { seen = runtime.clock().Monotonic() - start; });
  runtime.Advance(absl::Seconds(5));
  EXPECT_EQ(seen, absl::Seconds(1));
  EXPECT_EQ(runtime.clock().Monotonic() - start, absl::Seconds(5));
}

TEST(FakeRuntime, DroppedTimerIsForgotten) {
  FakeRuntime runtime;
  bool ran = false;
  {
    Timer timer = runtime.NewStrand()->After(absl::Seconds(1), [&] { ran = true; });
  }
  EXPECT_EQ(runtime.pending(), 0);
  runtime.Advance(absl::Seconds(2));
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace relayfleet::base::testing
