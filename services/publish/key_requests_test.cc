// SPDX-License-Identifier: Apache-2.0

#include "services/publish/key_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::publish {
namespace {

using flow::NeedKeyReason;
using ::testing::ElementsAre;

class KeyRequestsTest : public ::testing::Test {
 protected:
  base::testing::FakeRuntime runtime_;
  std::vector<NeedKeyReason> sent_;
  KeyRequests requests_{runtime_.NewStrand(), absl::Milliseconds(250),
                        [this](NeedKeyReason reason) { sent_.push_back(reason); }};
};

TEST_F(KeyRequestsTest, SendsTheFirstAtOnceAndNeverMoreThanFourASecond) {
  for (int i = 0; i < 100; ++i) {
    requests_.Request(NeedKeyReason::kReader);
    runtime_.Advance(absl::Milliseconds(10));
  }
  EXPECT_EQ(sent_.size(), 5u);  // at 0, 250, 500, 750 and 1000 ms
}

TEST_F(KeyRequestsTest, AReaderThatCameJustAfterARequestIsNotForgotten) {
  requests_.Request(NeedKeyReason::kLoss);
  requests_.Request(NeedKeyReason::kReader);
  EXPECT_THAT(sent_, ElementsAre(NeedKeyReason::kLoss));
  runtime_.Advance(absl::Milliseconds(250));
  EXPECT_THAT(sent_, ElementsAre(NeedKeyReason::kLoss, NeedKeyReason::kReader));
}

TEST_F(KeyRequestsTest, AKeyServesWhoeverWaits) {
  requests_.Request(NeedKeyReason::kReader);
  requests_.Request(NeedKeyReason::kReader);
  requests_.OnKey();
  runtime_.Advance(absl::Seconds(1));
  EXPECT_EQ(sent_.size(), 1u);
}

TEST_F(KeyRequestsTest, ANewSessionDoesNotWait) {
  requests_.Request(NeedKeyReason::kReader);
  requests_.Request(NeedKeyReason::kConnected);
  EXPECT_THAT(sent_, ElementsAre(NeedKeyReason::kReader, NeedKeyReason::kConnected));
}

}  // namespace
}  // namespace relayfleet::publish
