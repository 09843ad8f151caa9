// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/play_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::HasSubstr;

constexpr char kHead[] = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\n";
constexpr char kH264[] =
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\n"
    "a=control:v1\r\n";
constexpr char kOtherVideo[] =
    "m=video 0 RTP/AVP 97\r\na=rtpmap:97 X-THEORA/90000\r\na=control:v0\r\n";
constexpr char kPcma[] = "m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:a\r\n";

TEST(PlayPlan, TakesTheFirstVideoThatItReadsAndTheFirstAudio) {
  const auto plan = PlanPlay(absl::StrCat(kHead, kPcma, kOtherVideo, kH264, kH264), true);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->items[0].media.control, "v1");
  EXPECT_EQ(plan->items[0].track.id, 0u);
  EXPECT_EQ(plan->items[0].track.codec, media::Codec::kH264);
  ASSERT_EQ(plan->items.size(), 2u);
  EXPECT_EQ(plan->items[1].media.control, "a");
  EXPECT_EQ(plan->items[1].track.id, 1u);
  EXPECT_EQ(plan->items[1].track.codec, media::Codec::kPcma);
}

TEST(PlayPlan, LeavesAudioOutWhereNobodyWantsIt) {
  EXPECT_EQ(PlanPlay(absl::StrCat(kHead, kPcma, kH264), false)->items.size(), 1u);
}

TEST(PlayPlan, SaysWhyNoVideoCanBeRead) {
  const absl::Status status = PlanPlay(absl::StrCat(kHead, kOtherVideo, kPcma), true).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(status.message(), HasSubstr("X-THEORA"));
  EXPECT_EQ(PlanPlay(absl::StrCat(kHead, kPcma), true).status().code(),
            absl::StatusCode::kUnimplemented);
}

TEST(PlayPlan, DescriptionWithoutMediaMayBecomeBetter) {
  EXPECT_EQ(PlanPlay(kHead, true).status().code(), absl::StatusCode::kUnavailable);
}

TEST(PlayPlan, WhatIsNoDescriptionIsInternal) {
  EXPECT_EQ(PlanPlay("<html>", true).status().code(), absl::StatusCode::kInternal);
}

TEST(PlayPlan, DescriptionOfTenThousandLinesIsReadOrRefused) {
  std::string sdp = kHead;
  for (int i = 0; i < 10000; ++i) absl::StrAppend(&sdp, "a=x\r\n");
  EXPECT_TRUE(PlanPlay(sdp + kH264, true).ok());
  for (int i = 0; i < 10000; ++i) absl::StrAppend(&sdp, "a=x:y\r\n");
  EXPECT_EQ(PlanPlay(sdp + kH264, true).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace relayfleet::rtsp
