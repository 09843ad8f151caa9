// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/log_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace relayfleet::telemetry {
namespace {

using ::testing::HasSubstr;

std::string NewDir() {
  std::string dir = absl::StrCat(::testing::TempDir(), "/log-XXXXXX");
  return mkdtemp(dir.data());
}

// Standard error is a pipe while this lives.
class StderrPipe {
 public:
  StderrPipe() : saved_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe(ends_), 0);
    dup2(ends_[1], STDERR_FILENO);
    close(ends_[1]);
  }
  // Gives standard error back, so that the pipe ends; then what came through it.
  std::string Finish() {
    dup2(saved_, STDERR_FILENO);
    reader_.join();
    close(saved_);
    close(ends_[0]);
    return text_;
  }
  void StartReading() {
    reader_ = std::thread([this] {
      char buffer[65536];
      for (ssize_t n; (n = read(ends_[0], buffer, sizeof(buffer))) > 0;) text_.append(buffer, n);
    });
  }

 private:
  const int saved_;
  int ends_[2];
  std::string text_;
  std::thread reader_;
};

TEST(LogSink, WritesToStandardErrorAndTheFile) {
  const std::string dir = NewDir() + "/new/folder";
  StderrPipe pipe;
  pipe.StartReading();
  {
    const auto log = CreateLogger({.dir = dir, .file_name = "relay_service.log"});
    ASSERT_TRUE(log.ok()) << log.status();
    (*log)->Info("ready", {{"port", 5020}});
  }
  EXPECT_THAT(pipe.Finish(), HasSubstr("INFO ready port=5020\n"));
  std::ifstream in(dir + "/relay_service.log");
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(file, HasSubstr("INFO ready port=5020\n"));
}

TEST(LogSink, StuckTerminalNeverBlocksAndLossIsReported) {
  constexpr int kLines = 30'000;
  StderrPipe pipe;
  {
    const auto log = CreateLogger({});
    for (int i = 0; i < kLines; i++) (*log)->Info("line", {{"number", i}});
    pipe.StartReading();
  }
  const std::string text = pipe.Finish();
  int written = 0;
  int dropped = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    written += !line.empty();
    const size_t at = line.find("log lines were dropped total=");
    if (at != absl::string_view::npos) {
      EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind('=') + 1), &dropped));
    }
  }
  EXPECT_GT(dropped, 0);
  // Two reports: one under way, which was among the dropped or the written, and the last.
  EXPECT_EQ(written + dropped, kLines + 2);
}

TEST(LogSink, FolderThatCannotBeIsAClearError) {
  const std::string file = NewDir() + "/file";
  std::ofstream(file) << "x";
  const auto log = CreateLogger({.dir = file + "/logs"});
  EXPECT_EQ(log.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(log.status().message()), HasSubstr("log_dir"));
}

}  // namespace
}  // namespace relayfleet::telemetry
