// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/systemd_notifier.h"

#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/testing/fake_runtime.h"

namespace relayfleet::telemetry {
namespace {

using ::testing::ElementsAre;
using Datagrams = boost::asio::local::datagram_protocol;

// systemd's end.
class Supervisor {
 public:
  Supervisor() : socket_(io_, Datagrams::endpoint(std::string(1, '\0') + Name())) {
    socket_.non_blocking(true);
  }
  static std::string Name() { return absl::StrCat("relayfleet-test-", getpid()); }

  std::vector<std::string> Heard() {
    std::vector<std::string> heard;
    std::array<char, 256> buffer{};
    boost::system::error_code error;
    while (true) {
      const size_t size = socket_.receive(boost::asio::buffer(buffer), 0, error);
      if (error) return heard;
      heard.emplace_back(buffer.data(), size);
    }
  }

 private:
  boost::asio::io_context io_;
  Datagrams::socket socket_;
};

TEST(SystemdNotifier, SaysReadyFeedsTheWatchdogTwiceInItsTimeAndSaysStopping) {
  Supervisor supervisor;
  base::testing::FakeRuntime runtime;
  const auto options =
      SystemdNotifier::ParseOptions(absl::StrCat("@", Supervisor::Name()).c_str(), "4000000");
  ASSERT_TRUE(options.ok());
  auto notifier = SystemdNotifier::Create(*options, runtime.NewStrand());
  ASSERT_TRUE(notifier.ok());
  runtime.Advance(absl::Seconds(10));
  EXPECT_THAT(supervisor.Heard(), ElementsAre());
  (*notifier)->Ready("serves");
  runtime.RunReady();
  EXPECT_THAT(supervisor.Heard(), ElementsAre("READY=1\nSTATUS=serves", "WATCHDOG=1"));
  runtime.Advance(absl::Seconds(4));
  EXPECT_THAT(supervisor.Heard(), ElementsAre("WATCHDOG=1", "WATCHDOG=1"));
  (*notifier)->Stopping();
  EXPECT_THAT(supervisor.Heard(), ElementsAre("STOPPING=1"));
  notifier->reset();
  runtime.Advance(absl::Seconds(10));
  EXPECT_THAT(supervisor.Heard(), ElementsAre());
}

TEST(SystemdNotifier, WithoutSystemdSendsNothingAndWithoutWatchdogFeedsNone) {
  base::testing::FakeRuntime runtime;
  auto none = SystemdNotifier::Create(*SystemdNotifier::ParseOptions(nullptr, nullptr),
                                      runtime.NewStrand());
  ASSERT_TRUE(none.ok());
  (*none)->Ready("serves");
  runtime.RunReady();
  EXPECT_EQ(runtime.pending(), 0);
}

TEST(SystemdNotifier, ANotifierWhoseSystemdIsGoneGoesOn) {
  base::testing::FakeRuntime runtime;
  auto notifier = SystemdNotifier::Create(
      *SystemdNotifier::ParseOptions("/nonexistent/notify", "1000000"), runtime.NewStrand());
  ASSERT_TRUE(notifier.ok());
  (*notifier)->Ready("serves");
  runtime.Advance(absl::Seconds(2));
  EXPECT_EQ(runtime.pending(), 1);
}

TEST(SystemdNotifier, RefusesWhatSystemdDoesNotSet) {
  EXPECT_FALSE(SystemdNotifier::ParseOptions("relative", nullptr).ok());
  EXPECT_FALSE(SystemdNotifier::ParseOptions(std::string(200, '/').c_str(), nullptr).ok());
  EXPECT_FALSE(SystemdNotifier::ParseOptions(nullptr, "soon").ok());
  EXPECT_FALSE(SystemdNotifier::ParseOptions(nullptr, "-1").ok());
}

}  // namespace
}  // namespace relayfleet::telemetry
