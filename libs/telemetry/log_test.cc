// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libs/base/testing/fake_runtime.h"
#include "libs/telemetry/testing/recording_log.h"

namespace relayfleet::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Log : public ::testing::Test {
 protected:
  // What one line looks like, without its time.
  std::string Text(absl::string_view message, LogFields fields) {
    Logger(sink_, LogFormat::kText, LogLevel::kDebug, &runtime_.clock()).Info(message, fields);
    const std::string line = sink_->lines().back();
    return line.substr(line.find(' ') + 1);
  }
  std::string Json(absl::string_view message, LogFields fields) {
    Logger(sink_, LogFormat::kJson, LogLevel::kDebug, &runtime_.clock()).Info(message, fields);
    return sink_->lines().back();
  }

  base::testing::FakeRuntime runtime_;
  const std::shared_ptr<testing::RecordingLog> sink_ = std::make_shared<testing::RecordingLog>();
};

TEST_F(Log, TextLineHasTimeLevelMessageAndFields) {
  setenv("TZ", "UTC", 1);
  const Logger log(sink_, LogFormat::kText, LogLevel::kInfo, &runtime_.clock());
  log.Warning("relay started", {{"relay", "robot-a/camera"}, {"request", "8d3e"}, {"try", 2}});
  EXPECT_THAT(sink_->lines(),
              ElementsAre("2026-01-01T00:00:00.000+00:00 WARN relay started relay=robot-a/camera "
                          "request=8d3e try=2"));
}

TEST_F(Log, ValuesOfEachKind) {
  EXPECT_EQ(Text("m", {{"a", true},
                       {"b", int64_t{-5}},
                       {"c", uint64_t{7}},
                       {"d", 1.5},
                       {"e", absl::Milliseconds(1500)},
                       {"f", absl::NotFoundError("no relay")},
                       {"g", std::string("s")},
                       {"h", ""}}),
            "INFO m a=true b=-5 c=7 d=1.5 e=1.5s f=\"NOT_FOUND: no relay\" g=s h=\"\"");
}

TEST_F(Log, NoLineOrFieldCanBeForged) {
  EXPECT_EQ(Text("x", {{"relay", "a\n2026-01-01T00:00:00 ERROR fire"}}),
            "INFO x relay=\"a\\n2026-01-01T00:00:00 ERROR fire\"");
  EXPECT_EQ(Text("x", {{"relay", "a request=1"}}), "INFO x relay=\"a request=1\"");
  EXPECT_EQ(Text("x", {{"relay", "a\" request=1 b=\""}}),
            "INFO x relay=\"a\\\" request=1 b=\\\"\"");
  EXPECT_EQ(Text("bad\r\nline relay=y", {}), "INFO \"bad\\r\\nline relay=y\"");
  EXPECT_THAT(Text("x", {{"relay", "\x1b[2J"}}), Not(HasSubstr("\x1b")));
}

TEST_F(Log, JsonIsOneObjectALineWhateverItHolds) {
  const std::string nasty("q\"\\\n\r\t\x01\0\xff\xc3\xa4", 11);
  const std::string line = Json(nasty, {{"relay", nasty}, {"n", 3}, {"ok", true}, {"ms", 0.5}});
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "info");
  EXPECT_EQ(object["relay"], std::string("q\"\\\n\r\t\x01\0\xef\xbf\xbd\xc3\xa4", 13));
  EXPECT_EQ(object["message"], object["relay"]);
  EXPECT_EQ(object["n"], 3);
  EXPECT_EQ(object["ok"], true);
  EXPECT_EQ(object["ms"], 0.5);
  EXPECT_THAT(line, StartsWith("{\"time\":\"2026-01-01T"));
}

TEST_F(Log, ContextIsOnEachLine) {
  const Logger log(sink_, LogFormat::kText, LogLevel::kInfo, &runtime_.clock());
  const auto relay_log = log.With({{"relay", "a"}});
  relay_log->With({{"session", "s"}})->Error("lost", {{"try", 1}});
  EXPECT_THAT(sink_->lines().back(), HasSubstr("ERROR lost relay=a session=s try=1"));
}

TEST_F(Log, LinesBelowTheLevelAreDropped) {
  const Logger log(sink_, LogFormat::kText, LogLevel::kWarning, &runtime_.clock());
  log.Debug("d");
  log.Info("i");
  EXPECT_THAT(sink_->lines(), IsEmpty());
  log.Error("e");
  EXPECT_THAT(sink_->lines(), SizeIs(1));
}

TEST_F(Log, NullLoggerTakesAll) { NullLogger()->With({{"a", 1}})->Error("nobody hears"); }

TEST_F(Log, LevelAndFormatAreParsed) {
  EXPECT_EQ(ParseLogLevel("warning").value(), LogLevel::kWarning);
  EXPECT_EQ(ParseLogFormat("json").value(), LogFormat::kJson);
  EXPECT_FALSE(ParseLogLevel("loud").ok());
  EXPECT_FALSE(ParseLogFormat("xml").ok());
}

}  // namespace
}  // namespace relayfleet::telemetry
