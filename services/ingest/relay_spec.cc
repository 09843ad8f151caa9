// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_spec.h"

#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::ingest {
namespace {

using relay::v1::RelaySpec;

constexpr char kNativeOrigin[] = "native";
constexpr char kRobotRelayOrigin[] = "robot_relay";

// 0 stands for the default and always passes.
absl::Status CheckRange(absl::string_view field, uint32_t value, uint32_t low, uint32_t high) {
  if (value == 0 || (low <= value && value <= high)) return absl::OkStatus();
  return base::InvalidField(field, absl::StrCat(value, " is not in ", low, " to ", high));
}

absl::Status CheckSide(absl::string_view field, uint32_t value) {
  if (value % 2 != 0) return base::InvalidField(field, absl::StrCat(value, " is not even"));
  return CheckRange(field, value, base::kMinOutputSide, base::kMaxOutputSide);
}

absl::Status CheckDuration(absl::string_view field, const google::protobuf::Duration& proto,
                           absl::Duration low, absl::Duration high) {
  const absl::Duration value = rpc::FromProto(proto);
  if (low <= value && value <= high) return absl::OkStatus();
  return base::InvalidField(
      field, absl::StrCat(absl::FormatDuration(value), " is not in ", absl::FormatDuration(low),
                          " to ", absl::FormatDuration(high)));
}

absl::Status CheckFrames(const relay::v1::FramesSource& frames) {
  absl::Status status = CheckRange("spec.frames.fps", frames.fps(), 1, base::kMaxFps);
  status.Update(CheckRange("spec.frames.max_fps", frames.max_fps(), 1, base::kMaxFps));
  return status;
}

absl::Status CheckOutput(const relay::v1::VideoOutput& output) {
  absl::Status status = CheckSide("spec.output.width", output.width());
  status.Update(CheckSide("spec.output.height", output.height()));
  status.Update(CheckRange("spec.output.bitrate_kbps", output.bitrate_kbps(), base::kMinBitrateKbps,
                           base::kMaxBitrateKbps));
  if (output.has_gop()) {
    status.Update(CheckDuration("spec.output.gop", output.gop(), base::kMinGop, base::kMaxGop));
  }
  return status;
}

absl::Status CheckTarget(const relay::v1::MediamtxTarget& target, const base::UrlPolicy& policy) {
  if (!target.path().empty()) {
    const absl::Status path = base::ValidateKey(target.path());
    if (!path.ok()) return base::InvalidField("spec.mediamtx.path", path.message());
  }
  if (target.url().empty()) return absl::OkStatus();
  const auto url = base::SecretUrl::Parse(target.url());
  if (!url.ok()) return base::InvalidField("spec.mediamtx.url", url.status().message());
  if (url->path().size() > 1 || !url->query().empty()) {
    return base::InvalidField("spec.mediamtx.url", "has a path; give spec.mediamtx.path");
  }
  return policy.CheckUrl(*url);
}

absl::Status CheckOrigin(absl::string_view origin) {
  if (origin.empty() || origin == kNativeOrigin || origin == kRobotRelayOrigin) {
    return absl::OkStatus();
  }
  return base::InvalidField("spec.origin", absl::StrCat("unknown: ", base::Quoted(origin)));
}

uint32_t Or(uint32_t value, uint32_t standard) { return value == 0 ? standard : value; }

// `spec` with every default written out.
RelaySpec Normalized(absl::string_view key, RelaySpec spec, const SpecDefaults& defaults) {
  const ResolvedSpec resolved = Resolve(key, spec, defaults);
  auto& frames = *spec.mutable_frames();
  frames.set_fps(resolved.transcode.fill_fps);
  frames.set_max_fps(resolved.max_fps);
  auto& output = *spec.mutable_output();
  output.set_width(resolved.transcode.width);
  output.set_height(resolved.transcode.height);
  output.set_bitrate_kbps(resolved.transcode.bitrate_kbps);
  *output.mutable_gop() = rpc::ToProto(resolved.transcode.gop);
  spec.mutable_mediamtx()->set_path(resolved.path);
  *spec.mutable_stale_after() = rpc::ToProto(resolved.stale_after);
  if (spec.origin().empty()) spec.set_origin(kNativeOrigin);
  return spec;
}

}  // namespace

absl::Status CheckSpec(absl::string_view key, const RelaySpec& spec,
                       const base::UrlPolicy& policy) {
  absl::Status status = base::ValidateKey(key);
  if (!spec.has_frames()) status.Update(base::InvalidField("spec.frames", "a source is required"));
  status.Update(CheckFrames(spec.frames()));
  status.Update(CheckOutput(spec.output()));
  status.Update(CheckTarget(spec.mediamtx(), policy));
  status.Update(CheckOrigin(spec.origin()));
  if (spec.has_stale_after()) {
    status.Update(CheckDuration("spec.stale_after", spec.stale_after(), base::kMinStaleAfter,
                                base::kMaxStaleAfter));
  }
  return status;
}

ResolvedSpec Resolve(absl::string_view key, const RelaySpec& spec, const SpecDefaults& defaults) {
  const flow::TranscodeSpec standard;
  const auto& output = spec.output();
  ResolvedSpec resolved;
  resolved.max_fps = static_cast<int>(Or(spec.frames().max_fps(), resolved.max_fps));
  resolved.transcode = {
      .width = static_cast<int>(Or(output.width(), standard.width)),
      .height = static_cast<int>(Or(output.height(), standard.height)),
      .fill_fps = static_cast<int>(Or(spec.frames().fps(), defaults.fill_fps)),
      .max_fps = resolved.max_fps,
      .bitrate_kbps = static_cast<int>(Or(output.bitrate_kbps(), standard.bitrate_kbps)),
      .gop = output.has_gop() ? rpc::FromProto(output.gop()) : standard.gop};
  resolved.path = spec.mediamtx().path().empty() ? std::string(key) : spec.mediamtx().path();
  if (auto url = base::SecretUrl::Parse(spec.mediamtx().url()); url.ok()) {
    resolved.mediamtx_url = *std::move(url);
  }
  if (spec.has_stale_after()) resolved.stale_after = rpc::FromProto(spec.stale_after());
  return resolved;
}

bool SameSpec(absl::string_view key, const RelaySpec& a, const RelaySpec& b,
              const SpecDefaults& defaults) {
  return google::protobuf::util::MessageDifferencer::Equals(Normalized(key, a, defaults),
                                                            Normalized(key, b, defaults));
}

RelaySpec Masked(RelaySpec spec) {
  if (spec.origin().empty()) spec.set_origin(kNativeOrigin);
  if (spec.mediamtx().url().empty()) return spec;
  const auto url = base::SecretUrl::Parse(spec.mediamtx().url());
  spec.mutable_mediamtx()->set_url(url.ok() ? url->ToString() : "***");
  return spec;
}

}  // namespace relayfleet::ingest
