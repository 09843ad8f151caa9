// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/relay_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>

namespace relayfleet::relayctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Human(int64_t seconds, int nanos = 0) {
  google::protobuf::Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return HumanDuration(duration);
}

TEST(RelayView, DurationsAreShort) {
  EXPECT_EQ(Human(12, 340'000'000), "12.3 s");
  EXPECT_EQ(Human(303), "5 min 3 s");
  EXPECT_EQ(Human(7260), "2 h 1 min");
  EXPECT_EQ(Human(3 * 86400 + 4 * 3600), "3 d 4 h");
}

TEST(RelayView, DetailsNameTroubleAndDropsOnlyWhenThereAreSome) {
  relay::v1::Relay relay;
  relay.set_key("a/b");
  relay.mutable_status()->set_state(relay::v1::RELAY_STATE_RECOVERING);
  std::ostringstream healthy;
  PrintRelay(relay, healthy);
  EXPECT_THAT(healthy.str(), Not(HasSubstr("trouble")));
  EXPECT_THAT(healthy.str(), HasSubstr("dropped      none\n"));
  EXPECT_THAT(healthy.str(), HasSubstr("1280x720, 2000 kbit/s"));
  relay.mutable_status()->set_last_error("MediaMTX is away");
  relay.mutable_status()->mutable_drops()->set_bad_image(2);
  relay.mutable_status()->mutable_drops()->set_failed(1);
  std::ostringstream ill;
  PrintRelay(relay, ill);
  EXPECT_THAT(ill.str(), HasSubstr("trouble      MediaMTX is away\n"));
  EXPECT_THAT(ill.str(), HasSubstr("dropped      2 bad image, 1 failed\n"));
}

TEST(RelayView, JsonIsOneLineWithTheNamesOfTheProto) {
  relay::v1::Relay relay;
  relay.set_key("a\nb");
  relay.mutable_status()->set_fps_in(4.5);
  const std::string json = ToJsonLine(relay);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_THAT(json, HasSubstr("\"fps_in\":4.5"));
  EXPECT_THAT(json, HasSubstr("\"ready\":false"));
}

}  // namespace
}  // namespace relayfleet::relayctl
