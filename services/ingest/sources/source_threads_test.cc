// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/source_threads.h"

#include <atomic>
#include <memory>
#include <thread>

#include "gtest/gtest.h"

namespace relayfleet::ingest {
namespace {

TEST(SourceThreads, EachWorkHasItsThreadUntilItIsStopped) {
  std::atomic<int> running = 0;
  std::atomic<int> ended = 0;
  {
    SourceThreads threads;
    const auto work = [&](SourceThreads::StopFlag stop) {
      return [&, stop] {
        ++running;
        while (!*stop) std::this_thread::yield();
        ++ended;
      };
    };
    const auto first = std::make_shared<std::atomic<bool>>(false);
    EXPECT_TRUE(threads.Start(first, work(first)).ok());
    *first = true;
    while (ended < 1) std::this_thread::yield();
    for (int i = 0; i < 3; ++i) {
      const auto stop = std::make_shared<std::atomic<bool>>(false);
      EXPECT_TRUE(threads.Start(stop, work(stop)).ok());
    }
    while (running < 4) std::this_thread::yield();
  }
  EXPECT_EQ(ended, 4);
}

}  // namespace
}  // namespace relayfleet::ingest
