// SPDX-License-Identifier: Apache-2.0

#include "services/common/await.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>

namespace relayfleet::common {
namespace {

TEST(Await, ReturnsOnceItIsDone) {
  std::thread other;
  const bool done = Await(absl::Seconds(60), [&](absl::AnyInvocable<void()> done) {
    other = std::thread([done = std::move(done)]() mutable { done(); });
  });
  other.join();
  EXPECT_TRUE(done);
}

TEST(Await, GivesUpAndTheCallbackMayComeLater) {
  absl::AnyInvocable<void()> late;
  EXPECT_FALSE(Await(absl::Milliseconds(1),
                     [&](absl::AnyInvocable<void()> done) { late = std::move(done); }));
  late();
}

}  // namespace
}  // namespace relayfleet::common
