// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/relayctl/pipe_reader.h"
#include "tools/relayctl/pipe_sender.h"
#include "tools/relayctl/testing/fake_relay_service.h"

namespace relayfleet::relayctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Unit = media::AnnexbSplitter::Unit;

std::string Nal(std::string bytes) { return std::string("\0\0\0\1", 4) + std::move(bytes); }
// A key frame with its parameter sets, and one that is none.
const std::string kKey = Nal("\x67s") + Nal("\x68p") + Nal("\x65\x88k");
const std::string kDelta =
    Nal("\x41\x9a"
        "d");

Unit KeyUnit(const std::string& mark) { return {.bytes = kKey + mark, .key = true}; }
Unit DeltaUnit(const std::string& mark) { return {.bytes = kDelta + mark}; }

// Both ends of a pipe; the writing end can be closed.
class Fds {
 public:
  Fds() { EXPECT_EQ(pipe(fds_.data()), 0); }
  ~Fds() {
    close(fds_[0]);
    CloseWriter();
  }
  int reader() const { return fds_[0]; }
  void Write(const std::string& bytes) {
    EXPECT_EQ(write(fds_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void CloseWriter() {
    if (fds_[1] >= 0) close(fds_[1]);
    fds_[1] = -1;
  }

 private:
  std::array<int, 2> fds_ = {-1, -1};
};

TEST(PipeReader, HandsOnEachUnitUntilTheEnd) {
  Fds fds;
  fds.Write(kKey + kDelta + kDelta);
  fds.CloseWriter();
  Interrupt interrupt;
  std::vector<std::string> units;
  EXPECT_TRUE(ReadUnits(fds.reader(), interrupt, [&](Unit unit) {
                units.push_back(std::move(unit.bytes));
              }).ok());
  EXPECT_THAT(units, ElementsAre(kKey, kDelta, kDelta));
}

TEST(PipeReader, SaysWhatACameraMustWriteIfThereIsNoH264) {
  Fds fds;
  fds.Write("this is no video");
  fds.CloseWriter();
  Interrupt interrupt;
  const absl::Status status = ReadUnits(fds.reader(), interrupt, [](const Unit&) {});
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(status.message(), HasSubstr("--inline"));
}

TEST(PipeReader, EndsAtAnInterrupt) {
  Fds fds;
  fds.Write(kKey);
  Interrupt interrupt;
  interrupt.Request();
  EXPECT_TRUE(ReadUnits(fds.reader(), interrupt, [](const Unit&) {}).ok());
}

class PipeSenderTest : public ::testing::Test {
 protected:
  std::unique_ptr<PipeSender> Start(bool keep = false) {
    PipeSender::Options options{.key = "cam", .keep = keep, .retry = absl::Milliseconds(10)};
    options.create.set_key("cam");
    options.create.mutable_spec()->mutable_annexb();
    return std::make_unique<PipeSender>(std::move(options), *stub_, [](absl::string_view) {});
  }
  bool RelayIsThere() {
    relay::v1::GetRelayRequest request;
    request.set_key("cam");
    relay::v1::GetRelayResponse response;
    return Call(*stub_, &Stub::GetRelay, request, &response).ok();
  }
  testing::FakeRelayService& service() { return server_.service(); }

  testing::FakeServer server_;
  const std::unique_ptr<Stub> stub_ = Connect(server_.address());
};

TEST_F(PipeSenderTest, TheRelayIsThereAsLongAsItRuns) {
  auto sender = Start();
  sender->Offer(KeyUnit("1"));
  sender->Offer(DeltaUnit("2"));
  ASSERT_TRUE(service().WaitForUnits(2));
  EXPECT_TRUE(RelayIsThere());
  EXPECT_TRUE(sender->Finish().ok());
  EXPECT_FALSE(RelayIsThere());
  EXPECT_THAT(service().units(), ElementsAre(kKey + "1", kDelta + "2"));
  EXPECT_EQ(sender->counts().accepted, 2u);
}

TEST_F(PipeSenderTest, ARelayThatWasThereOrIsKeptStays) {
  auto keeping = Start(true);
  keeping->Offer(KeyUnit("1"));
  ASSERT_TRUE(service().WaitForUnits(1));
  EXPECT_TRUE(keeping->Finish().ok());
  EXPECT_TRUE(RelayIsThere());
  auto next = Start();
  next->Offer(KeyUnit("2"));
  ASSERT_TRUE(service().WaitForUnits(2));
  EXPECT_TRUE(next->Finish().ok());
  EXPECT_TRUE(RelayIsThere());
}

TEST_F(PipeSenderTest, GoesOnWithAKeyFrameWhenTheServerComesBack) {
  auto sender = Start();
  sender->Offer(KeyUnit("1"));
  ASSERT_TRUE(service().WaitForUnits(1));
  server_.Stop();
  sender->Offer(DeltaUnit("lost"));
  server_.Start();
  while (sender->counts().streams < 2) std::this_thread::yield();
  sender->Offer(DeltaUnit("lost too"));
  sender->Offer(KeyUnit("2"));
  ASSERT_TRUE(service().WaitForUnits(2));
  EXPECT_TRUE(sender->Finish().ok());
  EXPECT_EQ(service().units().back(), kKey + "2");
}

TEST_F(PipeSenderTest, WhatWaitsGoesBeforeTheEnd) {
  auto sender = Start();
  sender->Offer(KeyUnit("1"));
  sender->Offer(DeltaUnit("2"));
  ASSERT_TRUE(service().WaitForUnits(1));
  EXPECT_TRUE(sender->Finish().ok());
  EXPECT_THAT(service().units(), ElementsAre(kKey + "1", kDelta + "2"));
}

TEST_F(PipeSenderTest, ARelayOfAnotherKindEndsIt) {
  service().AddRelay("cam");
  auto sender = Start();
  while (!sender->failed()) std::this_thread::yield();
  EXPECT_TRUE(absl::IsAlreadyExists(sender->Finish()));
  EXPECT_TRUE(RelayIsThere());
}

}  // namespace
}  // namespace relayfleet::relayctl
