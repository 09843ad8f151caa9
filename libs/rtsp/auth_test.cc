// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"

namespace relayfleet::rtsp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUri[] = "rtsp://h/p";

TEST(Authenticator, SaysNothingBeforeAChallenge) {
  EXPECT_EQ(Authenticator("user", "pass").Authorize("ANNOUNCE", kUri), "");
}

TEST(Authenticator, AnswersBasic) {
  Authenticator auth("user", "pass");
  ASSERT_TRUE(auth.Challenge({"Basic realm=\"x\""}, false).ok());
  EXPECT_EQ(auth.Authorize("ANNOUNCE", kUri), "Basic dXNlcjpwYXNz");
}

// The numbers are those of python's hashlib: md5 of
// md5(user:realm:pass):nonce:md5(ANNOUNCE:rtsp://h/p).
TEST(Authenticator, AnswersDigestWithoutQop) {
  Authenticator auth("user", "pass");
  ASSERT_TRUE(auth.Challenge({R"(Digest realm="realm", nonce="nonce")"}, false).ok());
  EXPECT_EQ(auth.Authorize("ANNOUNCE", kUri),
            R"(Digest username="user", realm="realm", nonce="nonce", uri="rtsp://h/p", )"
            R"(response="7fae1af595fbf8331495efe1352a103c")");
}

TEST(Authenticator, PrefersSha256ToMd5ToBasic) {
  Authenticator auth("user", "pass");
  ASSERT_TRUE(auth.Challenge({"Basic realm=\"x\"",
                              R"(Digest realm="realm", nonce="nonce", algorithm="SHA-256")",
                              R"(Digest realm="realm", nonce="nonce", algorithm=MD5)"},
                             false)
                  .ok());
  const std::string value = auth.Authorize("ANNOUNCE", kUri);
  EXPECT_THAT(value, HasSubstr("algorithm=SHA-256"));
  EXPECT_THAT(value, HasSubstr("5837db1719fb5fbce7162059fb647f25c72990a1c0a82b997880674a862350fd"));
}

TEST(Authenticator, CountsWithQopAndReturnsOpaque) {
  Authenticator auth("user", "pass");
  ASSERT_TRUE(
      auth.Challenge({R"(Digest realm="r", nonce="n", qop="auth-int,auth", opaque="o")"}, false)
          .ok());
  const std::string first = auth.Authorize("ANNOUNCE", kUri);
  EXPECT_THAT(first, HasSubstr("qop=auth, nc=00000001, cnonce=\""));
  EXPECT_THAT(first, HasSubstr("opaque=\"o\""));
  EXPECT_THAT(first, Not(HasSubstr("algorithm")));
  EXPECT_THAT(auth.Authorize("ANNOUNCE", kUri), HasSubstr("nc=00000002"));
}

TEST(Authenticator, TriesAgainOnlyForAStaleNonce) {
  Authenticator auth("user", "pass");
  ASSERT_TRUE(auth.Challenge({R"(Digest realm="r", nonce="1")"}, false).ok());
  EXPECT_EQ(auth.Challenge({R"(Digest realm="r", nonce="2")"}, true).code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_TRUE(auth.Challenge({R"(Digest realm="r", nonce="3", stale=TRUE)"}, true).ok());
  EXPECT_THAT(auth.Authorize("A", kUri), HasSubstr("nonce=\"3\""));
}

TEST(Authenticator, NoChallengeAfterAnAnswerMeansThatItWasWrong) {
  Authenticator auth("user", "password");
  ASSERT_TRUE(auth.Challenge({R"(Digest realm="r", nonce="1")"}, false).ok());
  EXPECT_EQ(auth.Challenge({}, true).message(), "the server refuses the credentials");
}

TEST(Authenticator, RefusesWhatItCannotAnswer) {
  Authenticator auth("user", "pass");
  for (const char* value :
       {"", "Bearer", "Digest realm=\"r\"", R"(Digest realm="r", nonce="n", algorithm=MD5-sess)",
        R"(Digest realm="r", nonce="n", qop="auth-int")"}) {
    EXPECT_EQ(auth.Challenge({value}, false).code(), absl::StatusCode::kUnauthenticated) << value;
  }
  EXPECT_FALSE(Authenticator("", "").Challenge({"Basic realm=\"x\""}, false).ok());
  EXPECT_FALSE(Authenticator("a\r\nb", "").Challenge({"Basic realm=\"x\""}, false).ok());
}

}  // namespace
}  // namespace relayfleet::rtsp
