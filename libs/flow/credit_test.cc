// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/credit.h"

#include "gtest/gtest.h"

namespace relayfleet::flow {
namespace {

constexpr auto Ms = [](int64_t n) { return absl::Milliseconds(n); };

TEST(CreditCounter, StartsWithNone) {
  CreditCounter credits;
  EXPECT_FALSE(credits.TryTake());
  EXPECT_EQ(credits.in_flight(), 0u);
}

TEST(CreditCounter, GrantsAddUp) {
  CreditCounter credits;
  credits.Grant(1);
  credits.Grant(1);
  EXPECT_TRUE(credits.TryTake());
  EXPECT_TRUE(credits.TryTake());
  EXPECT_FALSE(credits.TryTake());
  EXPECT_EQ(credits.in_flight(), 2u);
}

TEST(CreditCounter, AGrantAfterUseMeansOneLessInFlight) {
  CreditCounter credits;
  credits.Grant(2);
  ASSERT_TRUE(credits.TryTake());
  ASSERT_TRUE(credits.TryTake());
  credits.Grant(1);
  EXPECT_EQ(credits.in_flight(), 1u);
  EXPECT_EQ(credits.available(), 1u);
}

TEST(InFlightWindow, AdmitsOneWhateverItsTime) {
  InFlightWindow window({.max_packets = 8, .max_span = absl::ZeroDuration()});
  EXPECT_TRUE(window.Admits(0, absl::Hours(1)));
}

TEST(InFlightWindow, EightPacketsAtAHighRate) {
  InFlightWindow window;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(window.Admits(0, Ms(10 * i)));
    window.Sent(0, i + 1, Ms(10 * i));
  }
  EXPECT_FALSE(window.Admits(0, Ms(80)));
  window.Done(1);
  EXPECT_TRUE(window.Admits(0, Ms(80)));
  EXPECT_EQ(window.in_flight(), 7);
}

TEST(InFlightWindow, AQuarterOfASecondAtALowRate) {
  InFlightWindow window;
  window.Sent(0, 1, Ms(0));
  EXPECT_TRUE(window.Admits(0, Ms(200)));
  window.Sent(0, 2, Ms(200));
  EXPECT_FALSE(window.Admits(0, Ms(400)));
  window.Done(1);
  EXPECT_TRUE(window.Admits(0, Ms(400)));
}

TEST(InFlightWindow, TracksDoNotShareTheirRoom) {
  InFlightWindow window;
  window.Sent(0, 1, Ms(0));
  window.Sent(1, 2, Ms(0));
  EXPECT_FALSE(window.Admits(0, Ms(300)));
  window.Done(1);
  EXPECT_TRUE(window.Admits(0, Ms(300)));
  EXPECT_FALSE(window.Admits(1, Ms(300)));
}

TEST(InFlightWindow, ANewSessionHasNothingInFlight) {
  InFlightWindow window;
  window.Sent(0, 1, Ms(0));
  window.Clear();
  EXPECT_TRUE(window.Admits(0, absl::Hours(1)));
  EXPECT_EQ(window.in_flight(), 0);
}

}  // namespace
}  // namespace relayfleet::flow
