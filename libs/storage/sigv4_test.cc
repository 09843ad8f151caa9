// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/sigv4.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relayfleet::storage {
namespace {

using ::testing::EndsWith;

constexpr char kEmptyHash[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// "get-vanilla" of AWS's test suite for signers.
TEST(SigV4, SignsAsTheTestSuite) {
  const absl::Time time =
      absl::FromCivil(absl::CivilSecond(2015, 8, 30, 12, 36, 0), absl::UTCTimeZone());
  const SigV4Request request{
      .path = "/",
      .headers = {{"host", "example.amazonaws.com"}, {"x-amz-date", AmzDate(time)}},
      .payload_hash = Sha256Hex("")};
  EXPECT_EQ(
      SigV4Authorization(request, {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""},
                         "us-east-1", "service", time),
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
      "SignedHeaders=host;x-amz-date, "
      "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

// "GET Object" of S3's documentation.
TEST(SigV4, SignsARangeAsS3sDocumentation) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2013, 5, 24), absl::UTCTimeZone());
  const SigV4Request request{.path = "/test.txt",
                             .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                                         {"range", "bytes=0-9"},
                                         {"x-amz-content-sha256", kEmptyHash},
                                         {"x-amz-date", "20130524T000000Z"}},
                             .payload_hash = kEmptyHash};
  EXPECT_THAT(
      SigV4Authorization(request,
                         {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""},
                         "us-east-1", "s3", time),
      EndsWith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}

TEST(SigV4, EncodesKeysButNotTheirSlashes) {
  EXPECT_EQ(EncodeObjectPath("a b/ü~+.mp4"), "a%20b/%C3%BC~%2B.mp4");
}

}  // namespace
}  // namespace relayfleet::storage
