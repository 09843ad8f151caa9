// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/s3.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::storage {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Url(const S3Options& options, absl::string_view bucket, absl::string_view key) {
  const auto url = S3ObjectUrl(options, bucket, key);
  return url.ok() ? url->Reveal() : std::string(url.status().message());
}

TEST(S3, ObjectsOfAwsLieInTheirRegion) {
  EXPECT_EQ(Url({.region = "eu-west-1"}, "videos", "a b/1.mp4"),
            "https://s3.eu-west-1.amazonaws.com/videos/a%20b/1.mp4");
  EXPECT_EQ(Url({.region = "eu-west-1", .path_style = false}, "videos", "1.mp4"),
            "https://videos.s3.eu-west-1.amazonaws.com/1.mp4");
  EXPECT_EQ(Url({.path_style = false}, "my.videos", "1.mp4"),
            "https://s3.us-east-1.amazonaws.com/my.videos/1.mp4");
}

TEST(S3, AnEndpointKeepsItsPort) {
  const auto endpoint = base::SecretUrl::Parse("http://127.0.0.1:9000");
  EXPECT_EQ(Url({.endpoint = *endpoint, .path_style = false}, "videos", "1.mp4"),
            "http://127.0.0.1:9000/videos/1.mp4");
  const auto named = base::SecretUrl::Parse("http://minio:9000/");
  EXPECT_EQ(Url({.endpoint = *named, .path_style = false}, "videos", "1.mp4"),
            "http://videos.minio:9000/1.mp4");
}

TEST(S3, BucketsAndKeysAreChecked) {
  EXPECT_FALSE(S3ObjectUrl({}, "Videos", "1.mp4").ok());
  EXPECT_FALSE(S3ObjectUrl({}, "a/../b", "1.mp4").ok());
  EXPECT_FALSE(S3ObjectUrl({}, "videos", "").ok());
}

TEST(S3, WithoutCredentialsNothingIsSigned) {
  const auto url = S3ObjectUrl({}, "videos", "1.mp4");
  EXPECT_THAT(S3GetHeaders({}, *url, "bytes=5-", absl::UnixEpoch()),
              ElementsAre("range: bytes=5-"));
}

TEST(S3, TheSessionTokenIsSigned) {
  const S3Options options{.credentials = {"key", "secret", "token"}};
  const auto headers =
      S3GetHeaders(options, *S3ObjectUrl(options, "videos", "1.mp4"), "", absl::UnixEpoch());
  EXPECT_THAT(headers, Contains("x-amz-security-token: token"));
  EXPECT_THAT(headers, Contains(HasSubstr("host;x-amz-content-sha256;x-amz-date;x-amz-security")));
  EXPECT_THAT(headers, Not(Contains(HasSubstr("secret"))));
}

}  // namespace
}  // namespace relayfleet::storage
