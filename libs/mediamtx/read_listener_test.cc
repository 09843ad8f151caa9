// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/read_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/mutex.h"

namespace relayfleet::mediamtx {
namespace {

using boost::asio::ip::udp;
using ::testing::ElementsAre;

class ReadListenerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto listener =
        ReadListener::Create(runtime_.NewAsioStrand(), {}, [this](absl::string_view path) {
          base::MutexLock lock(&mutex_);
          paths_.emplace_back(path);
          changed_.NotifyAll();
        });
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = std::move(*listener);
  }

  void Send(const std::string& datagram) {
    boost::asio::io_context io;
    udp::socket socket(io, udp::v4());
    socket.send_to(boost::asio::buffer(datagram),
                   {boost::asio::ip::address_v4::loopback(), listener_->port()});
  }

  std::vector<std::string> WaitFor(size_t count) {
    base::MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, absl::Seconds(10), [&] { return paths_.size() >= count; });
    return paths_;
  }

  base::ThreadRuntime runtime_{1, "test"};
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<std::string> paths_;
  std::unique_ptr<ReadListener> listener_;
};

TEST_F(ReadListenerTest, HearsPathsInOrder) {
  Send("robot-a/camera");
  Send("b");
  EXPECT_THAT(WaitFor(2), ElementsAre("robot-a/camera", "b"));
}

TEST_F(ReadListenerTest, IgnoresWhatIsNoPath) {
  const std::string longest(255, 'a');
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("/a"), std::string("a/../b"),
        std::string("a\nb"), std::string(256, 'a'), std::string(60000, 'a')}) {
    Send(bad);
  }
  Send(longest);
  EXPECT_THAT(WaitFor(1), ElementsAre(longest));
}

TEST_F(ReadListenerTest, HearsTheRealNotifier) {
  const std::string command = absl::StrCat(
      "MTX_PATH=robot/front libs/mediamtx/notifier/mediamtx_notifier ", listener_->port());
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(WaitFor(1), ElementsAre("robot/front"));
  EXPECT_NE(std::system("MTX_PATH=x libs/mediamtx/notifier/mediamtx_notifier 70000"), 0);
  EXPECT_NE(std::system("libs/mediamtx/notifier/mediamtx_notifier 9999"), 0);
}

TEST_F(ReadListenerTest, RefusesOtherThanLoopbackAndTakenPorts) {
  const auto ignore = [](absl::string_view) {};
  EXPECT_TRUE(absl::IsInvalidArgument(
      ReadListener::Create(runtime_.NewAsioStrand(), {.host = "0.0.0.0"}, ignore).status()));
  EXPECT_TRUE(absl::IsUnavailable(
      ReadListener::Create(runtime_.NewAsioStrand(), {.port = listener_->port()}, ignore)
          .status()));
}

}  // namespace
}  // namespace relayfleet::mediamtx
