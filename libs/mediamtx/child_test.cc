// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/mutex.h"

namespace relayfleet::mediamtx {
namespace {

using boost::asio::ip::tcp;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(20);

// What a child reported.
class Record {
 public:
  void Add(std::string event) {
    base::MutexLock lock(&mutex_);
    events_.push_back(std::move(event));
    changed_.NotifyAll();
  }
  int Count(absl::string_view start) {
    int count = 0;
    for (const auto& event : events_) count += absl::StartsWith(event, start);
    return count;
  }
  bool WaitFor(absl::string_view start, int count) {
    base::MutexLock lock(&mutex_);
    return changed_.WaitFor(&mutex_, kLong, [&] { return Count(start) >= count; });
  }
  std::vector<std::string> events() {
    base::MutexLock lock(&mutex_);
    return events_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<std::string> events_;
};

uint16_t FreePort() {
  boost::asio::io_context io;
  tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

Child::Options OptionsFor(const std::string& mode, Record* record) {
  const uint16_t port = FreePort();
  return {.binary = std::filesystem::absolute("libs/mediamtx/testing/listen.py"),
          .args = {mode, absl::StrCat(port)},
          .ready_port = port,
          .on_line = [record](absl::string_view line) { record->Add(absl::StrCat("> ", line)); },
          .on_up = [record] { record->Add("up"); },
          .on_down = [record](absl::string_view how) { record->Add(absl::StrCat("down ", how)); }};
}

TEST(Child, ComesUpInItsOwnProcessGroupAndStopsAtSigterm) {
  Record record;
  auto child = Child::Start(OptionsFor("serve", &record));
  ASSERT_TRUE(child.ok()) << child.status();
  ASSERT_TRUE((*child)->WaitUp(kLong).ok());
  EXPECT_TRUE((*child)->up());
  const pid_t pid = (*child)->pid();
  EXPECT_EQ(getpgid(pid), pid);
  ASSERT_TRUE(record.WaitFor("> listening", 1));
  (*child)->Stop();
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_FALSE((*child)->up());
  EXPECT_EQ(record.Count("down"), 0);
}

TEST(Child, IsRestartedAfterItsDeath) {
  Record record;
  auto child = Child::Start(OptionsFor("serve", &record));
  ASSERT_TRUE(child.ok()) << child.status();
  ASSERT_TRUE(record.WaitFor("up", 1));
  const pid_t first = (*child)->pid();
  kill(first, SIGKILL);
  ASSERT_TRUE(record.WaitFor("up", 2));
  EXPECT_NE((*child)->pid(), first);
  EXPECT_EQ((*child)->restarts(), 1);
  EXPECT_THAT(record.events(), Contains("down was ended by signal 9"));
}

TEST(Child, SaysWhyItDidNotComeUpAndGoesOnTrying) {
  Record record;
  auto options = OptionsFor("fail", &record);
  options.max_pause = absl::Milliseconds(1);
  auto child = Child::Start(options);
  ASSERT_TRUE(child.ok()) << child.status();
  const auto up = (*child)->WaitUp(kLong);
  EXPECT_TRUE(absl::IsUnavailable(up));
  EXPECT_THAT(std::string(up.message()), HasSubstr("it went wrong"));
  EXPECT_TRUE(record.WaitFor("down exited with status 3", 3));
}

TEST(Child, IsKilledWhenItIgnoresSigterm) {
  Record record;
  auto options = OptionsFor("deaf", &record);
  options.stop_grace = absl::Milliseconds(1);
  auto child = Child::Start(options);
  ASSERT_TRUE(child.ok()) << child.status();
  ASSERT_TRUE((*child)->WaitUp(kLong).ok());
  const pid_t pid = (*child)->pid();
  (*child)->Stop();
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(Child, DoesNotTakeAStrangersListenerForItself) {
  boost::asio::io_context io;
  tcp::acceptor stranger(io, {boost::asio::ip::address_v4::loopback(), 0});
  Record record;
  auto options = OptionsFor("serve", &record);
  options.ready_port = stranger.local_endpoint().port();
  EXPECT_TRUE(absl::IsFailedPrecondition(Child::Start(options).status()));
}

TEST(Child, AMissingBinaryIsSaidAtOnce) {
  Record record;
  auto options = OptionsFor("serve", &record);
  options.binary = "/nonexistent/mediamtx";
  EXPECT_TRUE(absl::IsNotFound(Child::Start(options).status()));
}

// The parent of the child is a process of its own here, which is then killed like any victim.
TEST(Child, DiesWithItsParentEvenOnSigkill) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    Record record;
    auto child = Child::Start(OptionsFor("serve", &record));
    const pid_t pid = child.ok() && (*child)->WaitUp(kLong).ok() ? (*child)->pid() : 0;
    if (write(fds[1], &pid, sizeof(pid)) != sizeof(pid)) _exit(1);
    pause();
  }
  pid_t pid = 0;
  ASSERT_EQ(read(fds[0], &pid, sizeof(pid)), static_cast<ssize_t>(sizeof(pid)));
  ASSERT_GT(pid, 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  // It is reaped by whoever inherits it; until then it is a zombie ("Z") or gone.
  std::string state = "alive";
  for (int i = 0; i < 2000 && state == "alive"; ++i) {
    FILE* file = fopen(absl::StrCat("/proc/", pid, "/stat").c_str(), "r");
    char letter = 'Z';
    if (file != nullptr) {
      if (fscanf(file, "%*d (%*[^)]) %c", &letter) != 1) letter = 'Z';
      fclose(file);
    }
    if (letter == 'Z' || letter == 'X') state = "dead";
    usleep(5000);
  }
  EXPECT_EQ(state, "dead");
}

}  // namespace
}  // namespace relayfleet::mediamtx
