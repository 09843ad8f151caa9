// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_spec.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/media/sdp.h"
#include "libs/rpc/proto_time.h"
#include "services/ingest/field_check.h"
#include "services/ingest/path_under.h"

namespace relayfleet::ingest {
namespace {

constexpr absl::Duration kMaxReorderWindow = absl::Milliseconds(500);
constexpr int kMaxAllowFrom = 64;
constexpr size_t kMaxS3Key = 1024;  // bytes, S3's own limit

absl::StatusOr<SourceSpec> ResolveFrames(const relay::v1::FramesSource& frames,
                                         const SourceRules& rules) {
  absl::Status status = CheckRange<uint32_t>("spec.frames.fps", frames.fps(), 1, base::kMaxFps);
  status.Update(CheckRange<uint32_t>("spec.frames.max_fps", frames.max_fps(), 1, base::kMaxFps));
  if (!status.ok()) return status;
  FramesSpec spec = {.fill_fps = rules.fill_fps};
  if (frames.fps() != 0) spec.fill_fps = static_cast<int>(frames.fps());
  if (frames.max_fps() != 0) spec.max_fps = static_cast<int>(frames.max_fps());
  return spec;
}

absl::StatusOr<SourceSpec> ResolveRtsp(const relay::v1::RtspSource& rtsp,
                                       const SourceRules& rules) {
  auto url = CheckUrl("spec.rtsp.url", rtsp.url(), rules.policy.rtsp);
  if (!url.ok()) return url.status();
  RtspSpec spec = {.url = *std::move(url)};
  switch (rtsp.transport()) {
    case relay::v1::RTSP_TRANSPORT_UNSPECIFIED:
      return spec;
    case relay::v1::RTSP_TRANSPORT_TCP:
      spec.transport = RtspTransport::kTcp;
      return spec;
    case relay::v1::RTSP_TRANSPORT_UDP:
      spec.transport = RtspTransport::kUdp;
      return spec;
    default:
      return base::InvalidField("spec.rtsp.transport",
                                absl::StrCat("unknown value ", rtsp.transport()));
  }
}

// What is received of a description: its first video.
absl::StatusOr<media::SdpMedia> VideoOf(absl::string_view text) {
  const auto sdp = media::ParseSdp(text);
  if (!sdp.ok()) return base::InvalidField("spec.rtp.sdp", sdp.status().message());
  for (const media::SdpMedia& media : sdp->media) {
    if (media.kind == "video") return media;
  }
  return base::InvalidField("spec.rtp.sdp", "describes no video (m=video)");
}

absl::Status CheckSdp(const relay::v1::RtpSource& rtp) {
  if (rtp.port() != 0 || !rtp.codec().empty() || rtp.has_payload_type()) {
    return base::InvalidField("spec.rtp", "has sdp: port, codec and payload_type are in it");
  }
  const auto video = VideoOf(rtp.sdp());
  if (!video.ok()) return video.status();
  if (video->port == 0) return base::InvalidField("spec.rtp.sdp", "m=video has no port");
  const auto track = media::TrackOf(*video);
  if (!track.ok()) return base::InvalidField("spec.rtp.sdp", track.status().message());
  return absl::OkStatus();
}

absl::Status CheckPort(const relay::v1::RtpSource& rtp) {
  if (rtp.port() == 0) return base::InvalidField("spec.rtp.port", "a port or an sdp is required");
  if (rtp.payload_type() > 127) {
    return base::InvalidField("spec.rtp.payload_type",
                              absl::StrCat(rtp.payload_type(), " is not in 0 to 127"));
  }
  const std::string& codec = rtp.codec();
  if (!codec.empty() && codec != "H264" && codec != "H265") {
    return base::InvalidField("spec.rtp.codec",
                              absl::StrCat(base::Quoted(codec), " is not H264 or H265"));
  }
  return CheckRange<uint32_t>("spec.rtp.port", rtp.port(), 1, 65535);
}

absl::Status CheckAddresses(const relay::v1::RtpSource& rtp) {
  boost::system::error_code error;
  if (!rtp.bind_address().empty()) boost::asio::ip::make_address(rtp.bind_address(), error);
  if (error) {
    return base::InvalidField("spec.rtp.bind_address",
                              absl::StrCat(base::Quoted(rtp.bind_address()), " is no IP address"));
  }
  if (rtp.allow_from_size() > kMaxAllowFrom) {
    return base::InvalidField("spec.rtp.allow_from", absl::StrCat("more than ", kMaxAllowFrom));
  }
  const auto networks =
      base::UrlPolicy::Create({.allow = {rtp.allow_from().begin(), rtp.allow_from().end()}});
  if (networks.ok()) return absl::OkStatus();
  return base::InvalidField("spec.rtp.allow_from", networks.status().message());
}

absl::StatusOr<SourceSpec> ResolveRtp(const relay::v1::RtpSource& rtp) {
  absl::Status status = rtp.sdp().empty() ? CheckPort(rtp) : CheckSdp(rtp);
  status.Update(CheckAddresses(rtp));
  RtpSpec spec = {.sdp = rtp.sdp(),
                  .port = static_cast<uint16_t>(rtp.port()),
                  .bind_address = rtp.bind_address(),
                  .allow_from = {rtp.allow_from().begin(), rtp.allow_from().end()}};
  if (rtp.has_reorder_window()) {
    status.Update(CheckDuration("spec.rtp.reorder_window", rtp.reorder_window(),
                                absl::ZeroDuration(), kMaxReorderWindow));
    spec.reorder_window = rpc::FromProto(rtp.reorder_window());
  }
  if (!status.ok()) return status;
  if (rtp.codec() == "H265") spec.codec = media::Codec::kH265;
  if (rtp.has_payload_type()) spec.payload_type = static_cast<int>(rtp.payload_type());
  return spec;
}

// `what` and `flag` say where such paths must lie.
absl::StatusOr<std::string> CheckPath(absl::string_view field, absl::string_view path,
                                      absl::string_view dir, absl::string_view flag) {
  if (dir.empty()) {
    return base::InvalidField(field, absl::StrCat("the service has no ", flag, ", so reads none"));
  }
  auto under = PathUnder(dir, path);
  if (under.ok()) return under;
  return base::InvalidField(field, absl::StrCat(under.status().message(), " (", flag, ")"));
}

absl::StatusOr<SourceSpec> ResolveAnnexb(const relay::v1::AnnexbSource& annexb,
                                         const SourceRules& rules) {
  if (annexb.fifo().empty()) return AnnexbSpec();
  auto fifo = CheckPath("spec.annexb.fifo", annexb.fifo(), rules.fifo_dir, "--fifo_dir");
  if (!fifo.ok()) return fifo.status();
  return AnnexbSpec{.fifo = *std::move(fifo)};
}

bool IsBucket(absl::string_view name) {
  const auto allowed = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
  };
  return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), allowed);
}

absl::StatusOr<FileSpec::S3Object> ParseS3(absl::string_view text) {
  const size_t slash = text.find('/');
  const absl::string_view bucket = text.substr(0, slash);
  const absl::string_view key = slash == absl::string_view::npos ? "" : text.substr(slash + 1);
  if (!IsBucket(bucket)) {
    return base::InvalidField("spec.file.location",
                              absl::StrCat(base::Quoted(bucket), " is no name of a bucket"));
  }
  if (key.empty() || key.size() > kMaxS3Key ||
      std::any_of(key.begin(), key.end(), absl::ascii_iscntrl)) {
    return base::InvalidField("spec.file.location", "is not like s3://bucket/key");
  }
  return FileSpec::S3Object{std::string(bucket), std::string(key)};
}

absl::StatusOr<SourceSpec> ResolveFile(const relay::v1::FileSource& file,
                                       const SourceRules& rules) {
  static constexpr char kField[] = "spec.file.location";
  FileSpec spec = {.loop = file.loop()};
  absl::string_view location = file.location();
  if (location.empty()) return base::InvalidField(kField, "is required");
  if (absl::ConsumePrefix(&location, "s3://")) {
    auto object = ParseS3(location);
    if (!object.ok()) return object.status();
    spec.s3 = *std::move(object);
  } else if (absl::StrContains(location, "://")) {
    auto url = CheckUrl(kField, location, rules.policy.file);
    if (!url.ok()) return url.status();
    spec.url = *std::move(url);
  } else {
    auto path = CheckPath(kField, location, rules.file_dir, "--file_dir");
    if (!path.ok()) return path.status();
    spec.path = *std::move(path);
  }
  return spec;
}

absl::StatusOr<SourceSpec> ResolveUrl(const relay::v1::UrlSource& source,
                                      const SourceRules& rules) {
  auto url = CheckUrl("spec.url.url", source.url(), rules.policy.url);
  if (!url.ok()) return url.status();
  return UrlSpec{.url = *std::move(url)};
}

// Text that is no URL may still hold a password.
void MaskUrl(std::string* text) {
  if (!absl::StrContains(*text, "://")) return;
  const auto url = base::SecretUrl::Parse(*text);
  *text = url.ok() ? url->ToString() : "***";
}

}  // namespace

absl::StatusOr<SourceSpec> ResolveSource(const relay::v1::RelaySpec& spec,
                                         const SourceRules& rules) {
  switch (spec.source_case()) {
    case relay::v1::RelaySpec::kFrames:
      return ResolveFrames(spec.frames(), rules);
    case relay::v1::RelaySpec::kRtsp:
      return ResolveRtsp(spec.rtsp(), rules);
    case relay::v1::RelaySpec::kRtp:
      return ResolveRtp(spec.rtp());
    case relay::v1::RelaySpec::kAnnexb:
      return ResolveAnnexb(spec.annexb(), rules);
    case relay::v1::RelaySpec::kFile:
      return ResolveFile(spec.file(), rules);
    case relay::v1::RelaySpec::kUrl:
      return ResolveUrl(spec.url(), rules);
    case relay::v1::RelaySpec::SOURCE_NOT_SET:
      break;
  }
  return base::InvalidField("spec.source",
                            "one of frames, rtsp, rtp, annexb, file and url is required");
}

std::vector<uint16_t> UdpPorts(const SourceSpec& source) {
  const auto* rtp = std::get_if<RtpSpec>(&source);
  if (rtp == nullptr) return {};
  if (rtp->sdp.empty()) return {rtp->port};
  const auto video = VideoOf(rtp->sdp);
  return {video.ok() ? video->port : uint16_t{0}};
}

void MaskSource(relay::v1::RelaySpec* spec) {
  if (spec->has_rtsp()) MaskUrl(spec->mutable_rtsp()->mutable_url());
  if (spec->has_url()) MaskUrl(spec->mutable_url()->mutable_url());
  if (spec->has_file() && !absl::StartsWith(spec->file().location(), "s3://")) {
    MaskUrl(spec->mutable_file()->mutable_location());
  }
}

}  // namespace relayfleet::ingest
