// SPDX-License-Identifier: Apache-2.0

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/av/testing/recording.h"
#include "libs/storage/object_reader.h"
#include "libs/storage/s3.h"
#include "services/ingest/sources/file_source.h"
#include "services/ingest/sources/source_threads.h"
#include "services/ingest/sources/testing/attempt_recorder.h"
#include "tests/integration/s3_server.h"

// Recordings in a real S3 server, which checks each signature. Skipped where VERSITYGW_BIN names
// none.
namespace relayfleet::ingest {
namespace {

using av::testing::MakeRecording;
using integration::S3Server;
using testing::Events;
using ::testing::HasSubstr;

constexpr char kKey[] = "camera 1/zwölf +?.mp4";

class S3SourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!S3Server::Exists()) GTEST_SKIP() << "VERSITYGW_BIN names no S3 server";
    const std::string recording = MakeRecording(
        "one.mp4",
        "-f lavfi -i testsrc2=size=320x240:rate=25:duration=0.48 -c:v libx264 -preset veryfast");
    const std::string folder = absl::StrCat(std::getenv("TEST_TMPDIR"), "/s3");
    std::filesystem::create_directories(folder + "/videos/camera 1");
    std::filesystem::copy(recording, absl::StrCat(folder, "/videos/", kKey),
                          std::filesystem::copy_options::overwrite_existing);
    std::ofstream(folder + "/videos/empty.mp4").flush();
    std::ifstream in(recording, std::ios::binary);
    bytes_ = {std::istreambuf_iterator<char>(in), {}};
    server_ = S3Server::Start(folder);
    ASSERT_NE(server_, nullptr);
    s3_ = {.credentials = {S3Server::kAccessKey, S3Server::kSecretKey, ""},
           .endpoint = *base::SecretUrl::Parse(server_->url())};
  }

  absl::Status EndOf(const std::string& bucket, const std::string& key) {
    FileSource source(recorder_.strand(), &threads_,
                      {.location = FileSource::S3Object{s3_, bucket, key}});
    recorder_.Open(source);
    return recorder_.WaitForEnd();
  }

  std::string bytes_;
  std::unique_ptr<S3Server> server_;
  storage::S3Options s3_;
  SourceThreads threads_;
  testing::AttemptRecorder recorder_;
};

TEST_F(S3SourceTest, PlaysAnObject) {
  EXPECT_EQ(EndOf("videos", kKey), absl::OkStatus());
  EXPECT_EQ(recorder_.events().packets.size(), 12u);
}

TEST_F(S3SourceTest, EachPartIsSigned) {
  const auto reader = storage::ObjectReader::Open(
      {.url = *storage::S3ObjectUrl(s3_, "videos", kKey), .s3 = s3_, .skip_ahead = 0});
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->size(), static_cast<int64_t>(bytes_.size()));
  for (const size_t at : {bytes_.size() - 10, size_t{0}, bytes_.size() / 2}) {
    std::string part(10, '\0');
    const auto read = (*reader)->Read(static_cast<int64_t>(at), part.data(), part.size());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(part.substr(0, *read), bytes_.substr(at, *read));
  }
}

TEST_F(S3SourceTest, WhatIsWrongIsSaid) {
  EXPECT_EQ(EndOf("videos", "missing.mp4").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(EndOf("videos", "empty.mp4").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(EndOf("nothing", "one.mp4").code(), absl::StatusCode::kNotFound);
  s3_.credentials.secret_key = "wrong";
  const absl::Status wrong = EndOf("videos", kKey);
  EXPECT_EQ(wrong.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("SignatureDoesNotMatch"));
}

}  // namespace
}  // namespace relayfleet::ingest
