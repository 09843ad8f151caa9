// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/encoder_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "libs/base/thread_runtime.h"
#include "services/transcode/testing/stage_harness.h"

namespace relayfleet::transcode {
namespace {

using base::testing::FakeRuntime;
using ::testing::ElementsAre;
using testing::FakeCodecs;
using ::testing::HasSubstr;
using testing::Script;
using ::testing::SizeIs;

TEST(EncoderCatalog, SaysWhichEncodersWorkAndWhyNot) {
  FakeRuntime runtime;
  Script script;
  FakeCodecs codecs(&script);
  EncoderCatalog catalog({}, &codecs, &runtime, &runtime);
  std::vector<media::EncoderReport> reports;
  catalog.ListEncoders([&](auto listed) { reports = *listed; });
  EXPECT_THAT(reports, SizeIs(0));  // not before all are tried
  runtime.RunReady();
  ASSERT_THAT(reports, SizeIs(2));
  EXPECT_EQ(reports[0].name, "fake_hw");
  EXPECT_FALSE(reports[0].usable);
  EXPECT_EQ(reports[0].reason, "no device");
  EXPECT_TRUE(reports[0].hardware);
  EXPECT_TRUE(reports[1].usable);
  EXPECT_THAT(*catalog.Choose({}), ElementsAre("fake"));
}

TEST(EncoderCatalog, ChoosesWhatASessionWantsFirst) {
  FakeRuntime runtime;
  Script script{.hardware_opens = true};
  FakeCodecs codecs(&script);
  EncoderCatalog catalog({}, &codecs, &runtime, &runtime);
  runtime.RunReady();
  EXPECT_THAT(*catalog.Choose({}), ElementsAre("fake_hw", "fake"));
  EXPECT_THAT(*catalog.Choose({"fake"}), ElementsAre("fake", "fake_hw"));
  const auto unknown = catalog.Choose({"fake", "h264_magic"});
  EXPECT_TRUE(absl::IsInvalidArgument(unknown.status()));
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("h264_magic"));
}

TEST(EncoderCatalog, TriesOnlyWhatItIsToldTo) {
  FakeRuntime runtime;
  Script script{.hardware_opens = true};
  FakeCodecs codecs(&script);
  EncoderCatalog catalog({.preference = {"fake"}}, &codecs, &runtime, &runtime);
  runtime.RunReady();
  EXPECT_THAT(catalog.reports(), SizeIs(1));
  EXPECT_THAT(*catalog.Choose({"fake_hw"}), ElementsAre("fake"));
}

TEST(EncoderCatalog, CountsOneThatBreaksAsNotUsable) {
  FakeRuntime runtime;
  Script script{.encoder_fails = true};
  FakeCodecs codecs(&script);
  EncoderCatalog catalog({}, &codecs, &runtime, &runtime);
  runtime.RunReady();
  EXPECT_EQ(catalog.reports()[1].reason, "encoder broke");
  EXPECT_TRUE(absl::IsUnavailable(catalog.Choose({}).status()));
}

TEST(EncoderCatalog, GivesUpOnOneThatNeverAnswers) {
  FakeRuntime control, stuck;
  Script script;
  FakeCodecs codecs(&script);
  EncoderCatalog catalog({.deadline = absl::Seconds(5)}, &codecs, &control, &stuck);
  int known = 0;
  catalog.Await([&] { ++known; });
  control.Advance(absl::Milliseconds(4999));
  EXPECT_EQ(known, 0);
  control.Advance(absl::Milliseconds(1));
  EXPECT_EQ(known, 1);
  EXPECT_THAT(catalog.reports()[0].reason, HasSubstr("no answer"));
  stuck.RunReady();  // too late
  EXPECT_FALSE(catalog.reports()[1].usable);
  EXPECT_EQ(known, 1);
}

TEST(EncoderCatalog, IsHonestAboutThisMachine) {
  base::ThreadRuntime runtime(2, "catalog");
  av::LibavCodecs codecs;
  EncoderCatalog catalog({}, &codecs, &runtime, &runtime);
  std::promise<std::vector<media::EncoderReport>> promise;
  catalog.ListEncoders([&](auto listed) { promise.set_value(*std::move(listed)); });
  const auto reports = promise.get_future().get();
  runtime.Stop();
  ASSERT_THAT(reports, SizeIs(4));
  EXPECT_EQ(reports[0].name, "h264_nvmpi");
  EXPECT_EQ(reports[3].name, "libx264");
  EXPECT_TRUE(reports[3].usable) << reports[3].reason;
  EXPECT_GT(reports[3].frame_time, absl::ZeroDuration());
  EXPECT_FALSE(reports[3].hardware);
  for (const auto& report : reports) EXPECT_NE(report.usable, !report.reason.empty());
}

}  // namespace
}  // namespace relayfleet::transcode
