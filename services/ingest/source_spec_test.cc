// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_spec.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

// As in the field: what a robot's sender is described by.
constexpr char kSdp[] =
    "v=0\\no=- 0 0 IN IP4 127.0.0.1\\ns=cam\\nc=IN IP4 0.0.0.0\\nt=0 0\\nm=video 5002 RTP/AVP 96\\n"
    "a=rtpmap:96 H264/90000\\na=fmtp:96 packetization-mode=1\\n";

relay::v1::RelaySpec Spec(const std::string& text) {
  relay::v1::RelaySpec spec;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &spec)) << text;
  return spec;
}

SourceRules Rules() {
  const std::string dir = fs::canonical(::testing::TempDir()).string();
  return {.fifo_dir = dir + "/fifos", .file_dir = dir + "/files"};
}

absl::StatusOr<SourceSpec> Of(const std::string& text) {
  return ResolveSource(Spec(text), Rules());
}

TEST(SourceSpec, TakesRtspWithItsTransport) {
  const auto spec = std::get<RtspSpec>(
      *Of("rtsp { url: 'rtsps://u:p@10.0.0.5/s?x=1' transport: RTSP_TRANSPORT_UDP }"));
  EXPECT_EQ(spec.url.Reveal(), "rtsps://u:p@10.0.0.5/s?x=1");
  EXPECT_EQ(spec.transport, RtspTransport::kUdp);
}

TEST(SourceSpec, TakesAPortOrASessionDescription) {
  const SourceSpec port =
      *Of("rtp { port: 5002 codec: 'H265' payload_type: 0 "
          "allow_from: '10.0.0.0/8' allow_from: '::1' }");
  EXPECT_EQ(std::get<RtpSpec>(port).codec, media::Codec::kH265);
  EXPECT_EQ(std::get<RtpSpec>(port).payload_type, 0);
  EXPECT_THAT(UdpPorts(port), ElementsAre(5002));
  const auto sdp = Of(std::string("rtp { bind_address: '127.0.0.1' sdp: '") + kSdp + "' }");
  ASSERT_TRUE(sdp.ok()) << sdp.status();
  EXPECT_EQ(std::get<RtpSpec>(*sdp).reorder_window, absl::Milliseconds(50));
  EXPECT_THAT(UdpPorts(*sdp), ElementsAre(5002));
  EXPECT_THAT(UdpPorts(AnnexbSpec()), IsEmpty());
}

TEST(SourceSpec, FilesAndFifosLieInTheirFolders) {
  const SourceRules rules = Rules();
  EXPECT_EQ(std::get<AnnexbSpec>(*Of("annexb {}")).fifo, "");
  EXPECT_EQ(std::get<AnnexbSpec>(*Of("annexb { fifo: 'cam' }")).fifo, rules.fifo_dir + "/cam");
  EXPECT_EQ(std::get<FileSpec>(*Of("file { location: 'a.mp4' loop: true }")).path,
            rules.file_dir + "/a.mp4");
  EXPECT_THAT(Of("file { location: '/etc/passwd' }").status().message(),
              HasSubstr("spec.file.location"));
  EXPECT_THAT(ResolveSource(Spec("file { location: 'a.mp4' }"), {}).status().message(),
              HasSubstr("no --file_dir"));
}

TEST(SourceSpec, TakesObjectsAndHttps) {
  const auto s3 = std::get<FileSpec>(*Of("file { location: 's3://my-videos/a b/c.mp4' }")).s3;
  ASSERT_TRUE(s3.has_value());
  EXPECT_EQ(s3->bucket, "my-videos");
  EXPECT_EQ(s3->key, "a b/c.mp4");
  EXPECT_TRUE(std::get<FileSpec>(*Of("file { location: 'https://h/a.mp4' }")).url.has_value());
}

TEST(SourceSpec, UrlsHaveTheirSchemes) {
  for (const char* url : {"srt://h:9000?mode=caller", "rtmp://h/live/s", "rtmps://h/live/s",
                          "http://h/i.m3u8", "https://h/i.m3u8"}) {
    EXPECT_TRUE(Of(absl::StrCat("url { url: '", url, "' }")).ok()) << url;
  }
  for (const char* spec :
       {"url { url: 'file:///etc/passwd' }", "url { url: 'concat://a' }",
        "url { url: 'udp://h:1' }", "rtsp { url: 'http://cam' }",
        "file { location: 'http://h/a.mp4' }", "file { location: 'ftp://h/a.mp4' }"}) {
    EXPECT_FALSE(Of(spec).ok()) << spec;
  }
}

TEST(SourceSpec, AsksThePolicyAndNamesTheField) {
  const std::pair<const char*, const char*> cases[] = {
      {"rtsp { url: 'rtsp://169.254.169.254/x' }", "spec.rtsp.url"},
      {"url { url: 'http://[fe80::1]/x' }", "spec.url.url"},
      {"file { location: 'https://169.254.0.1/a.mp4' }", "spec.file.location"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status = Of(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << text;
    EXPECT_THAT(status.message(), HasSubstr(field)) << text;
  }
  SourceRules rules = Rules();
  rules.policy = *SourcePolicy::Create({.allow = {"10.0.0.0/8"}, .deny = {"10.0.0.5"}});
  EXPECT_TRUE(ResolveSource(Spec("rtsp { url: 'rtsp://10.0.0.6' }"), rules).ok());
  EXPECT_FALSE(ResolveSource(Spec("rtsp { url: 'rtsp://10.0.0.5' }"), rules).ok());
  EXPECT_FALSE(ResolveSource(Spec("url { url: 'srt://192.168.0.1:9' }"), rules).ok());
}

TEST(SourceSpec, NamesTheFieldThatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "spec.source"},
      {"frames { fps: 61 }", "spec.frames.fps"},
      {"rtsp {}", "spec.rtsp.url"},
      {"rtp {}", "spec.rtp.port"},
      {"rtp { port: 70000 }", "spec.rtp.port"},
      {"rtp { port: 5000 payload_type: 128 }", "spec.rtp.payload_type"},
      {"rtp { port: 5000 codec: 'VP8' }", "spec.rtp.codec"},
      {"rtp { port: 5000 bind_address: 'eth0' }", "spec.rtp.bind_address"},
      {"rtp { port: 5000 allow_from: '10.0.0.0/99' }", "spec.rtp.allow_from"},
      {"rtp { port: 5000 reorder_window { seconds: 1 } }", "spec.rtp.reorder_window"},
      {"rtp { sdp: 'hello' }", "spec.rtp.sdp"},
      {"rtp { sdp: 'v=0\\nm=audio 5000 RTP/AVP 0\\n' }", "spec.rtp.sdp"},
      {"rtp { sdp: 'v=0\\nm=video 0 RTP/AVP 96\\n' }", "spec.rtp.sdp"},
      {std::string("rtp { port: 5000 sdp: '") + kSdp + "' }", "spec.rtp"},
      {"annexb { fifo: '../x' }", "spec.annexb.fifo"},
      {"file {}", "spec.file.location"},
      {"file { location: 's3://bucket' }", "spec.file.location"},
      {"file { location: 's3://B/k' }", "spec.file.location"},
      {"url { url: 'nonsense' }", "spec.url.url"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status = Of(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(field)) << text;
  }
}

TEST(SourceSpec, OfADescriptionTheFirstVideoIsReceived) {
  const auto sdp = Of(absl::StrCat("rtp { sdp: '", kSdp, "m=audio 5004 RTP/AVP 0\\n' }"));
  ASSERT_TRUE(sdp.ok()) << sdp.status();
  EXPECT_THAT(UdpPorts(*sdp), ElementsAre(5002));
  const auto vp8 = Of("rtp { sdp: 'v=0\\nm=video 5000 RTP/AVP 96\\na=rtpmap:96 VP8/90000\\n' }");
  EXPECT_EQ(vp8.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(vp8.status().message(), HasSubstr("spec.rtp.sdp"));
}

}  // namespace
}  // namespace relayfleet::ingest
