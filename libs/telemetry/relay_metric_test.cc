// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/relay_metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "libs/telemetry/metrics.h"

namespace relayfleet::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RelayMetricTest : public ::testing::Test {
 protected:
  const std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  MetricMaker maker_{registry_, "ingest"};
};

TEST_F(RelayMetricTest, SeriesGoesWithTheLastHolderOfTheRelay) {
  RelayMetric<prometheus::Gauge> ready(registry_, maker_.Gauge("ready", "Ready."));
  auto old_session = ready.Get("robot/a");
  auto new_session = ready.Get("robot/a");
  auto other = ready.Get("robot/b");
  EXPECT_EQ(old_session.get(), new_session.get());
  new_session->Set(1);
  old_session.reset();
  EXPECT_THAT(RenderText(*registry_), HasSubstr("ready{relay=\"robot/a\"} 1"));
  new_session.reset();
  EXPECT_THAT(RenderText(*registry_), Not(HasSubstr("robot/a")));
  EXPECT_THAT(RenderText(*registry_), HasSubstr("robot/b"));
}

TEST_F(RelayMetricTest, FurtherLabelsMakeSeriesOfTheirOwn) {
  RelayMetric<prometheus::Counter> drops(registry_, maker_.Counter("drops", "Drops."));
  auto superseded = drops.Get("a", {{"reason", "superseded"}});
  auto failed = drops.Get("a", {{"reason", "failed"}});
  superseded->Increment(2);
  failed.reset();
  EXPECT_THAT(RenderText(*registry_), HasSubstr("reason=\"superseded\""));
  EXPECT_THAT(RenderText(*registry_), Not(HasSubstr("failed")));
  failed = drops.Get("a", {{"reason", "failed"}});
  EXPECT_EQ(failed->Value(), 0);
}

TEST_F(RelayMetricTest, SeriesMayOutliveItsFamilysOwner) {
  std::shared_ptr<prometheus::Counter> series;
  {
    auto registry = std::make_shared<prometheus::Registry>();
    MetricMaker maker(registry, "x");
    series = RelayMetric<prometheus::Counter>(registry, maker.Counter("c", "C.")).Get("a");
  }
  series->Increment();
  EXPECT_EQ(series->Value(), 1);
}

TEST_F(RelayMetricTest, ASeriesThatWentBeginsAtZeroAgain) {
  RelayMetric<prometheus::Counter> frames(registry_, maker_.Counter("frames", "Frames."));
  frames.Get("a")->Increment(5);
  EXPECT_EQ(frames.Get("a")->Value(), 0);
}

TEST_F(RelayMetricTest, ManyThreadsShareASeries) {
  RelayMetric<prometheus::Counter> frames(registry_, maker_.Counter("frames", "Frames."));
  const auto held = frames.Get("a");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) frames.Get("a")->Increment();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(held->Value(), 4000);
}

}  // namespace
}  // namespace relayfleet::telemetry
