// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

relay::v1::Relay Relay(const std::string& key, relay::v1::RelayState state, int frames = 0) {
  relay::v1::Relay relay;
  relay.set_key(key);
  relay.mutable_status()->set_state(state);
  relay.mutable_status()->set_frames_in(frames);
  relay.mutable_status()->mutable_uptime()->set_seconds(frames);
  return relay;
}

class RelayChangesTest : public ::testing::Test {
 protected:
  // "a RUNNING", "a deleted", "synced".
  std::vector<std::string> Next(std::vector<relay::v1::Relay> relays, absl::Duration now) {
    std::vector<std::string> texts;
    for (const auto& news : changes_.Next(std::move(relays), now)) {
      const std::string state =
          relay::v1::RelayState_Name(news.relay().status().state()).substr(12);
      texts.push_back(news.synced() ? "synced"
                                    : absl::StrCat(news.relay().key(), " ", state,
                                                   news.deleted() ? " deleted" : ""));
    }
    return texts;
  }

  RelayChanges changes_;
};

using relay::v1::RELAY_STATE_RUNNING;
using relay::v1::RELAY_STATE_STARTING;

TEST_F(RelayChangesTest, TellsAllThenThatItIsAll) {
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_RUNNING), Relay("b", RELAY_STATE_STARTING)}, {}),
              ElementsAre("a RUNNING", "b STARTING", "synced"));
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_RUNNING), Relay("b", RELAY_STATE_STARTING)}, {}),
              IsEmpty());
}

TEST_F(RelayChangesTest, NoRelaysAreAllToo) {
  EXPECT_THAT(Next({}, {}), ElementsAre("synced"));
  EXPECT_THAT(Next({}, {}), IsEmpty());
}

TEST_F(RelayChangesTest, StatesComeAtOnceAndFiguresOnceASecond) {
  Next({Relay("a", RELAY_STATE_STARTING)}, {});
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_RUNNING)}, absl::Milliseconds(100)),
              ElementsAre("a RUNNING"));
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_RUNNING, 1)}, absl::Milliseconds(1000)), IsEmpty());
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_RUNNING, 2)}, absl::Milliseconds(1100)),
              ElementsAre("a RUNNING"));
}

TEST_F(RelayChangesTest, NewAndDeletedOnesAreTold) {
  Next({Relay("b", RELAY_STATE_RUNNING)}, {});
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_STARTING)}, absl::Milliseconds(100)),
              ElementsAre("a STARTING", "b STOPPED deleted"));
  EXPECT_THAT(Next({Relay("a", RELAY_STATE_STARTING)}, absl::Milliseconds(200)), IsEmpty());
}

TEST_F(RelayChangesTest, AnErrorIsNewsAtOnce) {
  relay::v1::Relay relay = Relay("a", RELAY_STATE_RUNNING);
  Next({relay}, {});
  relay.mutable_status()->set_last_error("source: refused");
  EXPECT_THAT(Next({relay}, absl::Milliseconds(100)), ElementsAre("a RUNNING"));
}

}  // namespace
}  // namespace relayfleet::ingest
