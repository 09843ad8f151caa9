// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/call_context.h"

#include <gtest/gtest.h>

namespace relayfleet::gateway {
namespace {

TEST(CallContext, CancelReachesOnlyWhatIsUnderWay) {
  CallContext context({});
  int first = 0;
  int second = 0;
  context.OnCancel([&] { ++first; });
  context.OnCancel([&] { ++second; });
  context.Cancel();
  context.Cancel();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST(CallContext, WhatBeginsAfterTheCancelIsCancelledAtOnce) {
  CallContext context({});
  context.Cancel();
  int cancelled = 0;
  context.OnCancel([&] { ++cancelled; });
  EXPECT_EQ(cancelled, 1);
}

}  // namespace
}  // namespace relayfleet::gateway
