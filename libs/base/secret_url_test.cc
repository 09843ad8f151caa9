// SPDX-License-Identifier: Apache-2.0

#include "libs/base/secret_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_format.h"

namespace relayfleet::base {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SecretUrl Url(absl::string_view text) {
  absl::StatusOr<SecretUrl> url = SecretUrl::Parse(text);
  EXPECT_TRUE(url.ok()) << text << ": " << url.status();
  return *url;
}

TEST(SecretUrl, TakesItApart) {
  const SecretUrl url = Url("RTSP://admin:p%40ss%2F@Cam.Local:8554/live/0?channel=1");
  EXPECT_EQ(url.scheme(), "rtsp");
  EXPECT_EQ(url.user(), "admin");
  EXPECT_EQ(url.password(), "p@ss/");
  EXPECT_EQ(url.host(), "cam.local");
  EXPECT_EQ(url.port(), 8554);
  EXPECT_EQ(url.path(), "/live/0");
  EXPECT_EQ(url.query(), "channel=1");
  EXPECT_EQ(url.Reveal(), "rtsp://admin:p%40ss%2f@cam.local:8554/live/0?channel=1");
}

TEST(SecretUrl, TakesIpv6AndStandardPorts) {
  const SecretUrl url = Url("rtsp://[FD00::1]");
  EXPECT_EQ(url.host(), "fd00::1");
  EXPECT_EQ(url.port(), std::nullopt);
  EXPECT_EQ(url.HostPort(554), "[fd00::1]:554");
  EXPECT_EQ(url.Reveal(), "rtsp://[fd00::1]");
  EXPECT_EQ(Url("rtsp://10.0.0.7:8555/x").HostPort(554), "10.0.0.7:8555");
}

TEST(SecretUrl, UnencodedAtSignInThePasswordIsUnderstood) {
  const SecretUrl url = Url("rtsp://u:p@ss@host/x");
  EXPECT_EQ(url.password(), "p@ss");
  EXPECT_EQ(url.host(), "host");
}

TEST(SecretUrl, EveryWayOfPrintingMasks) {
  const SecretUrl url = Url("rtsp://admin:hunter2@host/x");
  EXPECT_EQ(url.ToString(), "rtsp://***@host/x");
  EXPECT_EQ(absl::StrFormat("%s", url), "rtsp://***@host/x");
  std::ostringstream out;
  out << url;
  EXPECT_EQ(out.str(), "rtsp://***@host/x");
  EXPECT_THAT(::testing::PrintToString(url), Not(HasSubstr("hunter2")));
}

TEST(SecretUrl, MasksCredentialsInQueryAndPath) {
  const struct {
    const char *text, *shown;
  } cases[] = {
      {"rtsp://h/x?channel=1&token=abc&y=2", "rtsp://h/x?channel=1&token=***&y=2"},
      {"rtsp://h/x?Password=abc", "rtsp://h/x?Password=***"},
      {"rtsp://h/x?%74oken=abc", "rtsp://h/x?%74oken=***"},
      {"rtsp://h/x?a=1;api_key=abc", "rtsp://h/x?a=1;api_key=***"},
      {"rtsp://h/x?token=a=b&c=d", "rtsp://h/x?token=***&c=d"},
      {"https://h/v?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-Security-Token=c&part=1",
       "https://h/v?X-Amz-Credential=***&X-Amz-Signature=***&X-Amz-Security-Token=***&part=1"},
      {"srt://h:9?streamid=publish:u:p/x&passphrase=abc", "srt://h:9?streamid=***&passphrase=***"},
      {"rtsp://h/user=admin_password=abc_channel=1_stream=0.sdp?real", "rtsp://h/user=***?real"},
      {"rtsp://h/channel=1_password=abc/x", "rtsp://h/channel=1_password=***/x"},
      {"rtsp://h/a=1/b=2?c=3", "rtsp://h/a=1/b=2?c=3"},
  };
  for (const auto& [text, shown] : cases) {
    EXPECT_EQ(Url(text).ToString(), shown);
    EXPECT_EQ(Url(text).Reveal(), text);
  }
}

TEST(SecretUrl, RefusesWhatServersReadDifferently) {
  for (const char* text : {
           "",
           "rtsp",
           "rtsp:/h/x",
           "://h",
           "1rtsp://h",
           "rtsp://",
           "rtsp:///x",
           "rtsp://u:p@/x",
           "rtsp://h:0/",
           "rtsp://h:65536/",
           "rtsp://h:/",
           "rtsp://h:+5/",
           "rtsp://h:5 /",
           "rtsp://h/a b",
           "rtsp://h/a\r\nb",
           "rtsp://h\\@g/",
           "rtsp://h/#x",
           "rtsp://h/\"x",
           "rtsp://h/\xc3\xa4",
           "rtsp://[::1",
           "rtsp://[::1]x",
           "rtsp://[fe80::1%eth0]/",
           "rtsp://[1.2.3.4]/",
           "rtsp://::1/",
           "rtsp://a..b/",
           "rtsp://.a/",
           "rtsp://-a/",
           "rtsp://a%2fb/",
           "rtsp://u%zz@h/",
           "rtsp://0x7f000001/",
           "rtsp://2852039166/",
           "rtsp://169.16689662/",
           "rtsp://0251.0376.0251.0376/",
           "rtsp://1.2.3.4.5/",
           "rtsp://127.0.0.1./",
       }) {
    EXPECT_FALSE(SecretUrl::Parse(text).ok()) << text;
  }
  EXPECT_FALSE(SecretUrl::Parse("rtsp://h/" + std::string(3000, 'a')).ok());
}

TEST(SecretUrl, ErrorsDoNotShowIt) {
  const absl::StatusOr<SecretUrl> url = SecretUrl::Parse("rtsp://admin:hunter2@host:port/");
  EXPECT_THAT(url.status().ToString(), Not(HasSubstr("hunter2")));
}

TEST(SecretUrl, PathIsReplacedAndTheRestStays) {
  const SecretUrl url = Url("rtsp://u:p@h:8554/old?jwt=abc").WithPath("robot-a/camera");
  EXPECT_EQ(url.Reveal(), "rtsp://u:p@h:8554/robot-a/camera?jwt=abc");
  EXPECT_EQ(url.ToString(), "rtsp://***@h:8554/robot-a/camera?jwt=***");
  EXPECT_EQ(url.WithoutCredentials().Reveal(), "rtsp://h:8554/robot-a/camera?jwt=abc");
}

TEST(SecretUrl, TakesTheCredentialsOfAnother) {
  const SecretUrl from = SecretUrl::Parse("rtsp://us%40er:pass@a/x").value();
  const SecretUrl to = SecretUrl::Parse("rtsp://other@b/y?q").value();
  EXPECT_EQ(to.WithCredentialsOf(from).Reveal(), "rtsp://us%40er:pass@b/y?q");
}

}  // namespace
}  // namespace relayfleet::base
