// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/object_reader.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/url_policy.h"
#include "libs/storage/testing/range_server.h"

namespace relayfleet::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RangeServer;
using Reply = RangeServer::Reply;

std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i * 7 % 26);
  return bytes;
}

const std::string kBody = Pattern(3 << 20);

ObjectReader::Options OptionsFor(const std::string& url) {
  return {.url = *base::SecretUrl::Parse(url), .retry_delay = absl::Milliseconds(1)};
}

// All from `position` on, or the error's text.
std::string ReadFrom(ObjectReader& reader, int64_t position, size_t at_most = SIZE_MAX) {
  std::string all;
  std::string piece(64 << 10, '\0');
  while (all.size() < at_most) {
    const auto read = reader.Read(position, piece.data(), std::min(piece.size(), at_most));
    if (!read.ok()) return absl::StrCat(all.size(), ": ", read.status().ToString());
    if (*read == 0) break;
    all.append(piece, 0, *read);
    position += static_cast<int64_t>(*read);
  }
  return all;
}

absl::Status OpenStatus(ObjectReader::Options options) {
  return ObjectReader::Open(std::move(options)).status();
}

TEST(ObjectReader, ReadsAllWithOneRequest) {
  RangeServer server([](int, const std::string&) { return Reply{.body = kBody}; });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->size(), static_cast<int64_t>(kBody.size()));
  EXPECT_TRUE((*reader)->seekable());
  EXPECT_TRUE(ReadFrom(**reader, 0) == kBody);
  EXPECT_EQ(server.requests(), 1);
}

TEST(ObjectReader, JumpsByAskingForTheRest) {
  RangeServer server([](int, const std::string&) { return Reply{.body = kBody}; });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  EXPECT_EQ(ReadFrom(**reader, 0, 10), kBody.substr(0, 10));
  // A short way ahead is read over.
  EXPECT_EQ(ReadFrom(**reader, 100, 10), kBody.substr(100, 10));
  EXPECT_EQ(ReadFrom(**reader, 2'000'000, 10), kBody.substr(2'000'000, 10));
  EXPECT_EQ(ReadFrom(**reader, 5, 10), kBody.substr(5, 10));
  EXPECT_THAT(server.ranges(), ElementsAre("bytes=0-", "bytes=2000000-", "bytes=5-"));
}

TEST(ObjectReader, ABrokenTransferIsTakenUpWhereItStopped) {
  RangeServer server([](int number, const std::string&) {
    return Reply{.body = kBody, .break_after = number < 3 ? size_t{700'000} : SIZE_MAX};
  });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  EXPECT_TRUE(ReadFrom(**reader, 0) == kBody);
  EXPECT_THAT(server.ranges(),
              ElementsAre("bytes=0-", "bytes=700000-", "bytes=1400000-", "bytes=2100000-"));
}

TEST(ObjectReader, GivesUpAfterItsRetries) {
  RangeServer server([](int number, const std::string&) {
    return number == 0 ? Reply{.body = kBody, .break_after = 1000}
                       : Reply{.body = "", .status = 503};
  });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  EXPECT_THAT(ReadFrom(**reader, 0), HasSubstr("1000: UNAVAILABLE"));
  EXPECT_EQ(server.requests(), 5);
}

TEST(ObjectReader, AnObjectThatChangedIsRefused) {
  RangeServer server([](int number, const std::string&) {
    return Reply{.body = kBody, .etag = number == 0 ? "\"1\"" : "\"2\"", .break_after = 1000};
  });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  EXPECT_THAT(ReadFrom(**reader, 0), HasSubstr("changed"));
}

TEST(ObjectReader, AServerWithoutPartsIsReadFromTheBeginning) {
  RangeServer server([](int, const std::string&) { return Reply{.body = kBody, .parts = false}; });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/video.mp4")));
  EXPECT_FALSE((*reader)->seekable());
  EXPECT_TRUE(ReadFrom(**reader, 0) == kBody);
}

TEST(ObjectReader, AnEmptyObjectIsEmpty) {
  RangeServer server([](int, const std::string&) { return Reply{}; });
  const auto reader = ObjectReader::Open(OptionsFor(server.Url("/empty")));
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->size(), 0);
  EXPECT_EQ(ReadFrom(**reader, 0), "");
}

TEST(ObjectReader, RedirectsAreAskedAbout) {
  RangeServer server([](int, const std::string& path) {
    if (path == "/video.mp4") return Reply{.body = kBody};
    return Reply{.location = path == "/once"       ? "/video.mp4"
                             : path == "/metadata" ? "http://169.254.169.254/latest"
                                                   : "/round"};
  });
  const auto options = [&](const std::string& path) {
    ObjectReader::Options options = OptionsFor(server.Url(path));
    options.rules.url_check = [](const base::SecretUrl& url) {
      return base::UrlPolicy::Create({.schemes = {"http", "https"}})->CheckUrl(url);
    };
    return options;
  };
  EXPECT_TRUE(OpenStatus(options("/once")).ok());
  EXPECT_EQ(OpenStatus(options("/metadata")).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(OpenStatus(options("/round")).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpenStatus(OptionsFor(server.Url("/once"))).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(ObjectReader, TheAddressIsCheckedBeforeItIsDialled) {
  RangeServer server([](int, const std::string&) { return Reply{.body = kBody}; });
  ObjectReader::Options options = OptionsFor(server.Url("/video.mp4"));
  std::string asked;
  options.rules.address_check = [&](absl::string_view ip) {
    asked = std::string(ip);
    return absl::PermissionDeniedError("not there");
  };
  EXPECT_EQ(OpenStatus(options), absl::PermissionDeniedError("not there"));
  EXPECT_EQ(asked, "127.0.0.1");
  EXPECT_EQ(server.requests(), 0);
}

TEST(ObjectReader, ErrorsSayWhatTheServerSaid) {
  RangeServer server([](int, const std::string& path) {
    return Reply{.body = "<Error><Code>NoSuchKey</Code></Error>",
                 .status = path == "/403"   ? 403
                           : path == "/401" ? 401
                                            : 404};
  });
  const absl::Status missing = OpenStatus(OptionsFor(server.Url("/404")));
  EXPECT_EQ(missing, absl::NotFoundError("the server answers 404 (NoSuchKey)"));
  EXPECT_TRUE(absl::IsPermissionDenied(OpenStatus(OptionsFor(server.Url("/403")))));
  EXPECT_TRUE(absl::IsUnauthenticated(OpenStatus(OptionsFor(server.Url("/401")))));
}

TEST(ObjectReader, StoppingEndsAWait) {
  RangeServer server([](int, const std::string&) { return Reply{.silent = true}; });
  const auto stop = std::make_shared<std::atomic<bool>>(false);
  ObjectReader::Options options = OptionsFor(server.Url("/video.mp4"));
  options.rules.stop = stop;
  std::thread stopper([&] {
    while (server.requests() == 0) std::this_thread::yield();
    *stop = true;
  });
  EXPECT_TRUE(absl::IsCancelled(OpenStatus(options)));
  stopper.join();
}

TEST(ObjectReader, ASilentServerIsGivenUp) {
  RangeServer server([](int, const std::string&) { return Reply{.silent = true}; });
  ObjectReader::Options options = OptionsFor(server.Url("/video.mp4"));
  options.rules.stall_timeout = absl::Milliseconds(100);
  EXPECT_TRUE(absl::IsDeadlineExceeded(OpenStatus(options)));
}

TEST(ObjectReader, NobodyThereIsUnavailable) {
  std::string url;
  {
    RangeServer server([](int, const std::string&) { return Reply{}; });
    url = server.Url("/video.mp4");
  }
  EXPECT_TRUE(absl::IsUnavailable(OpenStatus(OptionsFor(url))));
}

TEST(ObjectReader, ASignatureIsOnlyForTheFirstServer) {
  RangeServer server([](int, const std::string& path) {
    return path == "/video.mp4" ? Reply{.body = kBody} : Reply{.location = "/video.mp4"};
  });
  ObjectReader::Options options = OptionsFor(server.Url("/bucket/video.mp4"));
  options.s3 = S3Options{.credentials = {"key", "secret", ""}};
  options.rules.url_check = [](const base::SecretUrl&) { return absl::OkStatus(); };
  EXPECT_TRUE(OpenStatus(options).ok());
  EXPECT_THAT(server.authorizations(), ElementsAre(HasSubstr("AWS4-HMAC-SHA256"), ""));
}

}  // namespace
}  // namespace relayfleet::storage
