// SPDX-License-Identifier: Apache-2.0

#include "libs/base/url_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relayfleet::base {
namespace {

using ::testing::HasSubstr;

absl::Status CheckUrl(const UrlPolicy& policy, absl::string_view url) {
  return policy.CheckUrl(SecretUrl::Parse(url).value());
}

TEST(UrlPolicy, CamerasAndMediaServersAreAllowed) {
  const UrlPolicy policy;
  for (const char* address :
       {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.10", "172.17.0.2", "fd12::1", "93.184.216.34",
        "2606:2800:220:1::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"}) {
    EXPECT_TRUE(policy.CheckAddress(address).ok()) << address;
  }
}

TEST(UrlPolicy, MetadataLinkLocalAndMulticastAreRefusedHoweverWritten) {
  const UrlPolicy policy;
  for (const char* address :
       {"169.254.169.254", "169.254.1.1", "fe80::1", "febf::1", "fd00:ec2::254",
        "::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "100.100.100.200", "168.63.129.16", "224.0.0.1", "ff02::1", "0.0.0.0", "0.1.2.3",
        "::", "255.255.255.255"}) {
    EXPECT_EQ(policy.CheckAddress(address).code(), absl::StatusCode::kPermissionDenied) << address;
  }
  EXPECT_THAT(policy.CheckAddress("169.254.169.254").ToString(), HasSubstr("metadata"));
  EXPECT_FALSE(policy.CheckAddress("no address").ok());
}

TEST(UrlPolicy, SchemeAndLiteralAddressAreCheckedInTheUrl) {
  const UrlPolicy policy;
  EXPECT_TRUE(CheckUrl(policy, "rtsp://mediamtx:8554/x").ok());
  EXPECT_TRUE(CheckUrl(policy, "rtsp://127.0.0.1:8554/x").ok());
  EXPECT_FALSE(CheckUrl(policy, "http://mediamtx/x").ok());
  EXPECT_FALSE(CheckUrl(policy, "rtsp://169.254.169.254/x").ok());
  EXPECT_FALSE(CheckUrl(policy, "rtsp://[fe80::1]/x").ok());
}

TEST(UrlPolicy, ListsNarrowWhatIsAllowed) {
  const auto policy = UrlPolicy::Create(
      {.schemes = {"rtsp", "rtsps"}, .allow = {"10.0.0.0/9", "fd00::/8"}, .deny = {"10.0.0.7"}});
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(policy->CheckAddress("10.127.0.1").ok());
  EXPECT_TRUE(policy->CheckAddress("fdff::1").ok());
  EXPECT_TRUE(CheckUrl(*policy, "rtsps://10.0.0.1").ok());
  EXPECT_FALSE(policy->CheckAddress("10.128.0.1").ok());
  EXPECT_FALSE(policy->CheckAddress("10.0.0.7").ok());
  EXPECT_FALSE(policy->CheckAddress("::ffff:10.0.0.7").ok());
  EXPECT_FALSE(policy->CheckAddress("127.0.0.1").ok());
}

TEST(UrlPolicy, AllowingEverythingDoesNotAllowMetadata) {
  const auto policy = UrlPolicy::Create({.allow = {"0.0.0.0/0", "::/0"}});
  ASSERT_TRUE(policy.ok());
  EXPECT_TRUE(policy->CheckAddress("8.8.8.8").ok());
  EXPECT_FALSE(policy->CheckAddress("169.254.169.254").ok());
}

TEST(UrlPolicy, BadNetworksAreErrors) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "host/8"}) {
    EXPECT_FALSE(UrlPolicy::Create({.deny = {text}}).ok()) << text;
  }
}

}  // namespace
}  // namespace relayfleet::base
