// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/metrics.h"

#include <prometheus/text_serializer.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::transcode {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, CountsWhatSessionsReport) {
  prometheus::Registry registry;
  Metrics metrics(&registry);
  metrics.OnSessionOpened("a");
  metrics.OnSessionOpened("b");
  metrics.OnSessionEnded("a", absl::OkStatus());
  metrics.OnRefused("c", absl::ResourceExhaustedError("full"));
  metrics.OnFrameIn(1000);
  metrics.OnQueue(1);
  metrics.OnQueue(1);
  metrics.OnQueue(-1);
  metrics.OnFrameDone("b", {.outcome = flow::FrameOutcome::kEncoded,
                            .queued = absl::Milliseconds(1),
                            .decoded = absl::Milliseconds(2),
                            .encoded = absl::Milliseconds(4)});
  metrics.OnFrameDone("b", {.outcome = flow::FrameOutcome::kBadImage});
  metrics.OnFrameDone("b", {.outcome = flow::FrameOutcome::kSuperseded});
  metrics.OnFrameDone("b", {.outcome = flow::FrameOutcome::kFailed});
  metrics.OnFrameDone("b",
                      {.outcome = flow::FrameOutcome::kDecoded, .decoded = absl::Milliseconds(2)});
  metrics.OnEncoderChanged("b", {});
  metrics.OnFrameOut(500, true, false);
  metrics.OnFrameOut(100, false, true);
  metrics.OnRepeatFailed("b", absl::InternalError("broke"));

  const std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
  for (const char* line : {"relayfleet_transcode_sessions 1\n",
                           "relayfleet_transcode_queue_frames 1\n",
                           "relayfleet_transcode_sessions_refused_total 1\n",
                           "relayfleet_transcode_frames_in_total 1\n",
                           "relayfleet_transcode_bytes_in_total 1000\n",
                           "relayfleet_transcode_frames_out_total 2\n",
                           "relayfleet_transcode_bytes_out_total 600\n",
                           "relayfleet_transcode_keys_out_total 1\n",
                           "relayfleet_transcode_repeats_out_total 1\n",
                           "relayfleet_transcode_repeats_failed_total 1\n",
                           "relayfleet_transcode_frames_dropped_total{reason=\"bad_image\"} 1\n",
                           "relayfleet_transcode_frames_dropped_total{reason=\"superseded\"} 1\n",
                           "relayfleet_transcode_frames_dropped_total{reason=\"failed\"} 1\n",
                           "relayfleet_transcode_encode_seconds_bucket{le=\"0.003\"} 0\n",
                           "relayfleet_transcode_encode_seconds_bucket{le=\"0.005\"} 1\n",
                           "relayfleet_transcode_encode_seconds_count 1\n",
                           "relayfleet_transcode_decode_seconds_count 2\n",
                           "relayfleet_transcode_queued_seconds_count 2\n",
                           "relayfleet_transcode_frames_decoded_only_total 1\n",
                           "relayfleet_transcode_encoder_changes_total 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace relayfleet::transcode
