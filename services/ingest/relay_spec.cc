// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_spec.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/rpc/proto_time.h"
#include "services/ingest/field_check.h"

namespace relayfleet::ingest {
namespace {

using relay::v1::RelaySpec;

constexpr char kNativeOrigin[] = "native";
constexpr char kRobotRelayOrigin[] = "robot_relay";

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

absl::Status CheckTimes(const RelaySpec& spec) {
  absl::Status status;
  if (spec.has_stale_after()) {
    status.Update(CheckDuration("spec.stale_after", spec.stale_after(), base::kMinStaleAfter,
                                base::kMaxStaleAfter));
  }
  if (spec.has_stall_after()) {
    status.Update(CheckDuration("spec.stall_after", spec.stall_after(), base::kMinStallAfter,
                                base::kMaxStallAfter));
  }
  return status;
}

// What follows from the spec alone.
ResolvedSpec Common(absl::string_view key, const RelaySpec& spec) {
  ResolvedSpec resolved;
  resolved.path = spec.mediamtx().path().empty() ? std::string(key) : spec.mediamtx().path();
  if (auto url = base::SecretUrl::Parse(spec.mediamtx().url()); url.ok()) {
    resolved.mediamtx_url = *std::move(url);
  }
  if (spec.has_stale_after()) resolved.stale_after = rpc::FromProto(spec.stale_after());
  if (spec.has_stall_after()) resolved.stall_after = rpc::FromProto(spec.stall_after());
  return resolved;
}

flow::TranscodeSpec TranscodeOf(const FramesSpec& frames, const OutputSpec& output) {
  return {.width = output.width,
          .height = output.height,
          .fill_fps = frames.fill_fps,
          .max_fps = frames.max_fps,
          .bitrate_kbps = output.bitrate_kbps,
          .gop = output.gop,
          .fit = output.fit,
          .profile = output.profile,
          .encoders = output.encoders};
}

}  // namespace

absl::StatusOr<ResolvedSpec> Resolve(absl::string_view key, const RelaySpec& spec,
                                     const SpecRules& rules) {
  absl::Status status = base::ValidateKey(key);
  auto source = ResolveSource(spec, rules.source);
  status.Update(source.status());
  auto output = ResolveOutput(spec);
  status.Update(output.status());
  status.Update(CheckTarget(spec.mediamtx(), rules.target));
  status.Update(CheckOrigin(spec.origin()));
  status.Update(CheckTimes(spec));
  if (!status.ok()) return status;
  ResolvedSpec resolved = Common(key, spec);
  resolved.source = *std::move(source);
  resolved.output = *std::move(output);
  if (const auto* frames = std::get_if<FramesSpec>(&resolved.source)) {
    resolved.transcode = TranscodeOf(*frames, resolved.output);
    resolved.max_fps = frames->max_fps;
  }
  return resolved;
}

ResolvedSpec Refused(absl::string_view key, const RelaySpec& spec, absl::Status why) {
  ResolvedSpec resolved = Common(key, spec);
  resolved.source = RefusedSpec{std::move(why)};
  return resolved;
}

std::string OriginOf(const RelaySpec& spec) {
  return spec.origin().empty() ? kNativeOrigin : spec.origin();
}

void KeepSecrets(const RelaySpec& stored, RelaySpec* spec) {
  const RelaySpec masked = Masked(stored);
  if (spec->has_rtsp() && spec->rtsp().url() == masked.rtsp().url()) {
    spec->mutable_rtsp()->set_url(stored.rtsp().url());
  }
  if (spec->has_url() && spec->url().url() == masked.url().url()) {
    spec->mutable_url()->set_url(stored.url().url());
  }
  if (spec->has_file() && spec->file().location() == masked.file().location()) {
    spec->mutable_file()->set_location(stored.file().location());
  }
  if (spec->has_mediamtx() && spec->mediamtx().url() == masked.mediamtx().url()) {
    spec->mutable_mediamtx()->set_url(stored.mediamtx().url());
  }
}

RelaySpec Masked(RelaySpec spec) {
  spec.set_origin(OriginOf(spec));
  MaskSource(&spec);
  if (spec.mediamtx().url().empty()) return spec;
  const auto url = base::SecretUrl::Parse(spec.mediamtx().url());
  spec.mutable_mediamtx()->set_url(url.ok() ? url->ToString() : "***");
  return spec;
}

}  // namespace relayfleet::ingest
