// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "libs/telemetry/relay_metric.h"

namespace relayfleet::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Metrics : public ::testing::Test {
 protected:
  const std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  MetricMaker maker_{registry_, "ingest"};
};

TEST_F(Metrics, NamesFollowTheRule) {
  maker_.Counter("frames", "Frames.").Add({}).Increment(3);
  maker_.Gauge("queue_packets", "Queue.").Add({}).Set(2);
  maker_.Latency("encode", "Encoding.").Add({{"stage", "x"}}, LatencyBuckets()).Observe(0.004);
  const std::string text = RenderText(*registry_);
  EXPECT_THAT(text, HasSubstr("# TYPE relayfleet_ingest_frames_total counter\n"
                              "relayfleet_ingest_frames_total 3"));
  EXPECT_THAT(text, HasSubstr("# HELP relayfleet_ingest_queue_packets Queue.\n"));
  EXPECT_THAT(text, HasSubstr("relayfleet_ingest_encode_seconds_bucket{stage=\"x\",le=\"0.003\"} "
                              "0\nrelayfleet_ingest_encode_seconds_bucket{stage=\"x\",le=\"0.005\""
                              "} 1\n"));
}

TEST_F(Metrics, LatencyBucketsGrowFromHalfAMillisecondToFiveSeconds) {
  const auto buckets = LatencyBuckets();
  EXPECT_TRUE(std::is_sorted(buckets.begin(), buckets.end()));
  EXPECT_EQ(buckets.front(), 0.0005);
  EXPECT_EQ(buckets.back(), 5.0);
}

TEST_F(Metrics, SeriesGoesWithTheLastHolderOfTheRelay) {
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

TEST_F(Metrics, FurtherLabelsMakeSeriesOfTheirOwn) {
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

TEST_F(Metrics, SeriesMayOutliveItsFamilysOwner) {
  std::shared_ptr<prometheus::Counter> series;
  {
    auto registry = std::make_shared<prometheus::Registry>();
    MetricMaker maker(registry, "x");
    series = RelayMetric<prometheus::Counter>(registry, maker.Counter("c", "C.")).Get("a");
  }
  series->Increment();
  EXPECT_EQ(series->Value(), 1);
}

}  // namespace
}  // namespace relayfleet::telemetry
