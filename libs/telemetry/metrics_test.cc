// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace relayfleet::telemetry {
namespace {

using ::testing::HasSubstr;

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

}  // namespace
}  // namespace relayfleet::telemetry
