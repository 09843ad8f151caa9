// SPDX-License-Identifier: Apache-2.0

#include "libs/base/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace relayfleet::base {
namespace {

TEST(Signals, EndSignalsAreWaitedFor) {
  BlockSignals();
  EXPECT_EQ(WaitForSignal(absl::ZeroDuration()), std::nullopt);
  kill(getpid(), SIGTERM);
  EXPECT_EQ(WaitForSignal(), SIGTERM);
  kill(getpid(), SIGINT);
  EXPECT_EQ(WaitForSignal(absl::Seconds(5)), SIGINT);
}

TEST(Signals, BrokenPipeIsAnErrorOnly) {
  BlockSignals();
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  close(ends[1]);
}

TEST(Signals, ChildCanBeEndedAgain) {
  BlockSignals();
  const pid_t child = fork();
  if (child == 0) {
    UnblockSignalsInChild();
    raise(SIGTERM);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
}

}  // namespace
}  // namespace relayfleet::base
