// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/direct_pipe.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/flow/stages.h"
#include "libs/flow/testing/pipe_conformance.h"

namespace relayfleet::flow {
namespace testing {

struct DirectEnv {
  static constexpr bool kCarriesUpperStatus = true;
  auto Make() { return MakeDirectPipe<TranscodeUp, TranscodeDown>(); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Direct, PipeConformance, DirectEnv);

}  // namespace testing

namespace {

TEST(DirectPipe, SharesThePayload) {
  base::testing::FakeRuntime runtime;
  auto [upper, lower] = MakeDirectPipe<TranscodeUp, TranscodeDown>();
  const TranscodeUp sent = testing::UpPacket(1, "jpeg");
  const std::string* bytes = nullptr;
  lower->Start(runtime.NewStrand(), {[&](const TranscodeUp& message) {
                                       bytes = testing::PacketOf(message).payload.get();
                                     },
                                     [](const absl::Status&) {}});
  upper->Send(sent);
  runtime.RunReady();
  EXPECT_EQ(bytes, testing::PacketOf(sent).payload.get());
}

TEST(DirectPipe, NothingRunsInsideSend) {
  base::testing::FakeRuntime runtime;
  auto [upper, lower] = MakeDirectPipe<int, int>();
  int got = 0;
  lower->Start(runtime.NewStrand(), {[&](int value) { got = value; }, [](const absl::Status&) {}});
  upper->Send(7);
  EXPECT_EQ(got, 0);
  runtime.RunReady();
  EXPECT_EQ(got, 7);
}

TEST(DirectPipe, AnEndKeepsNothingOfThePeerAlive) {
  base::testing::FakeRuntime runtime;
  auto [upper, lower] = MakeDirectPipe<int, int>();
  auto owned = std::make_shared<int>(1);
  lower->Start(runtime.NewStrand(), {[owned](int) {}, [owned](const absl::Status&) {}});
  lower = nullptr;
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace relayfleet::flow
