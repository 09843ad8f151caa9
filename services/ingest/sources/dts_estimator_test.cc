// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/dts_estimator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kJump = 1000;

std::vector<int64_t> Dts(DtsEstimator* estimator, const std::vector<int64_t>& pts) {
  std::vector<int64_t> dts;
  dts.reserve(pts.size());
  for (const int64_t shown : pts) dts.push_back(estimator->Next(shown, kJump));
  return dts;
}

TEST(DtsEstimator, WithoutReorderingItIsTheTimeOfShowing) {
  DtsEstimator estimator;
  estimator.SetDepth(0);
  EXPECT_THAT(Dts(&estimator, {5, 15, 27, 30}), ElementsAre(5, 15, 27, 30));
}

TEST(DtsEstimator, GivesTimesOfPicturesShownBefore) {
  DtsEstimator estimator;
  estimator.SetDepth(1);
  EXPECT_THAT(Dts(&estimator, {0, 30, 10, 20, 60, 40, 50}), ElementsAre(-1, 0, 10, 20, 30, 40, 50));
}

TEST(DtsEstimator, FindsTheDepthWhereItIsNotSaid) {
  DtsEstimator estimator;
  estimator.SetDepth(std::nullopt);
  const std::vector<int64_t> pts = {0, 30, 10, 20, 60, 40, 50, 90, 70, 80};
  const std::vector<int64_t> dts = Dts(&estimator, pts);
  for (size_t i = 1; i < dts.size(); ++i) EXPECT_GT(dts[i], dts[i - 1]) << i;
  // The first pictures out of order paid for it.
  for (size_t i = 4; i < dts.size(); ++i) EXPECT_LE(dts[i], pts[i]) << i;
}

TEST(DtsEstimator, GrowsEvenIfTimesRepeat) {
  DtsEstimator estimator;
  EXPECT_THAT(Dts(&estimator, {5, 5, 5, 20}), ElementsAre(5, 6, 7, 20));
}

TEST(DtsEstimator, JumpBeginsAnew) {
  DtsEstimator estimator;
  estimator.SetDepth(0);
  EXPECT_THAT(Dts(&estimator, {50000, 50010, 7, 17}), ElementsAre(50000, 50010, 7, 17));
}

TEST(DtsEstimator, DepthMayChange) {
  DtsEstimator estimator;
  estimator.SetDepth(2);
  EXPECT_THAT(Dts(&estimator, {0, 10, 20, 30}), ElementsAre(-2, -1, 0, 10));
  estimator.SetDepth(0);
  EXPECT_THAT(Dts(&estimator, {40, 50}), ElementsAre(40, 50));
}

}  // namespace
}  // namespace relayfleet::ingest
