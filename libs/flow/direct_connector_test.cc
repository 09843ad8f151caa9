// SPDX-License-Identifier: Apache-2.0

#include "libs/flow/direct_connector.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::flow {
namespace {

// Keeps what is attached.
class KeepingStage final : public PublishStage {
 public:
  void Attach(std::unique_ptr<PublishPipe> attached) override { pipe = std::move(attached); }
  std::unique_ptr<PublishPipe> pipe;
};

TEST(DirectConnector, AttachesTheOtherEndToTheStage) {
  base::testing::FakeRuntime runtime;
  KeepingStage stage;
  DirectPublishConnector connector(&stage);
  std::unique_ptr<ToPublish> pipe = connector.Connect();
  ASSERT_NE(stage.pipe, nullptr);

  uint32_t granted = 0;
  pipe->Start(runtime.NewStrand(),
              {[&](PublishDown message) { granted = std::get<Credit>(message).packets; },
               [](const absl::Status&) {}});
  stage.pipe->Send(Credit{3});
  runtime.RunReady();
  EXPECT_EQ(granted, 3u);
}

}  // namespace
}  // namespace relayfleet::flow
