// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/output_spec.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/rpc/proto_time.h"
#include "services/ingest/field_check.h"

namespace relayfleet::ingest {
namespace {

constexpr int kMaxEncoders = 8;
constexpr int kMaxEncoderName = 64;

// Where readers of pushed pictures expect one size for ever.
constexpr int kPushedWidth = 1280;
constexpr int kPushedHeight = 720;

absl::Status CheckSide(absl::string_view field, uint32_t value) {
  if (value % 2 != 0) return base::InvalidField(field, absl::StrCat(value, " is not even"));
  return CheckRange<uint32_t>(field, value, base::kMinOutputSide, base::kMaxOutputSide);
}

absl::Status CheckEnum(absl::string_view field, bool known, int value) {
  if (known) return absl::OkStatus();
  return base::InvalidField(field, absl::StrCat("unknown value ", value));
}

bool IsEncoderName(const std::string& name) {
  const auto allowed = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxEncoderName &&
         std::all_of(name.begin(), name.end(), allowed);
}

absl::Status CheckEncoders(const relay::v1::VideoOutput& output) {
  if (output.encoders_size() > kMaxEncoders) {
    return base::InvalidField("spec.output.encoders", absl::StrCat("more than ", kMaxEncoders));
  }
  for (const std::string& name : output.encoders()) {
    if (!IsEncoderName(name)) {
      return base::InvalidField("spec.output.encoders",
                                absl::StrCat(base::Quoted(name), " is no name of an encoder"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckFields(const relay::v1::VideoOutput& output) {
  absl::Status status = CheckSide("spec.output.width", output.width());
  status.Update(CheckSide("spec.output.height", output.height()));
  status.Update(CheckRange<uint32_t>("spec.output.bitrate_kbps", output.bitrate_kbps(),
                                     base::kMinBitrateKbps, base::kMaxBitrateKbps));
  if (output.has_gop()) {
    status.Update(CheckDuration("spec.output.gop", output.gop(), base::kMinGop, base::kMaxGop));
  }
  status.Update(CheckRange<double>("spec.output.fps", output.fps(), 1, base::kMaxFps));
  status.Update(
      CheckEnum("spec.output.mode", relay::v1::OutputMode_IsValid(output.mode()), output.mode()));
  status.Update(CheckEnum("spec.output.fit", media::v1::Fit_IsValid(output.fit()), output.fit()));
  status.Update(CheckEnum("spec.output.profile", media::v1::Profile_IsValid(output.profile()),
                          output.profile()));
  status.Update(
      CheckEnum("spec.output.audio", relay::v1::AudioMode_IsValid(output.audio()), output.audio()));
  status.Update(CheckEncoders(output));
  return status;
}

// What pushed pictures can't have.
absl::Status CheckPushed(const relay::v1::VideoOutput& output) {
  if (output.mode() == relay::v1::OUTPUT_MODE_COPY) {
    return base::InvalidField("spec.output.mode", "pushed pictures are always transcoded");
  }
  if (output.fps() != 0) {
    return base::InvalidField("spec.output.fps", "of pushed pictures it is spec.frames.max_fps");
  }
  if (output.audio() == relay::v1::AUDIO_MODE_AAC || output.audio() == relay::v1::AUDIO_MODE_OPUS) {
    return base::InvalidField("spec.output.audio", "pushed pictures have none");
  }
  return absl::OkStatus();
}

OutputMode ModeOf(relay::v1::OutputMode mode) {
  switch (mode) {
    case relay::v1::OUTPUT_MODE_COPY:
      return OutputMode::kCopy;
    case relay::v1::OUTPUT_MODE_TRANSCODE:
      return OutputMode::kTranscode;
    default:
      return OutputMode::kAuto;
  }
}

AudioMode AudioOf(relay::v1::AudioMode mode) {
  switch (mode) {
    case relay::v1::AUDIO_MODE_NONE:
      return AudioMode::kNone;
    case relay::v1::AUDIO_MODE_AAC:
      return AudioMode::kAac;
    case relay::v1::AUDIO_MODE_OPUS:
      return AudioMode::kOpus;
    default:
      return AudioMode::kAuto;
  }
}

media::Fit FitOf(media::v1::Fit fit) {
  switch (fit) {
    case media::v1::FIT_COVER:
      return media::Fit::kCover;
    case media::v1::FIT_STRETCH:
      return media::Fit::kStretch;
    default:
      return media::Fit::kContain;
  }
}

media::Profile ProfileOf(media::v1::Profile profile) {
  switch (profile) {
    case media::v1::PROFILE_MAIN:
      return media::Profile::kMain;
    case media::v1::PROFILE_HIGH:
      return media::Profile::kHigh;
    default:
      return media::Profile::kBaseline;
  }
}

}  // namespace

absl::StatusOr<OutputSpec> ResolveOutput(const relay::v1::RelaySpec& spec) {
  const relay::v1::VideoOutput& proto = spec.output();
  const bool pushed = spec.has_frames();
  absl::Status status = CheckFields(proto);
  if (pushed) status.Update(CheckPushed(proto));
  if (!status.ok()) return status;
  OutputSpec output = {.mode = ModeOf(proto.mode()),
                       .width = static_cast<int>(proto.width()),
                       .height = static_cast<int>(proto.height()),
                       .fps = proto.fps(),
                       .fit = FitOf(proto.fit()),
                       .profile = ProfileOf(proto.profile()),
                       .encoders = {proto.encoders().begin(), proto.encoders().end()},
                       .audio = AudioOf(proto.audio())};
  if (proto.bitrate_kbps() != 0) output.bitrate_kbps = static_cast<int>(proto.bitrate_kbps());
  if (proto.has_gop()) output.gop = rpc::FromProto(proto.gop());
  if (!pushed) return output;
  output.mode = OutputMode::kTranscode;
  output.audio = AudioMode::kNone;
  if (output.width == 0) output.width = kPushedWidth;
  if (output.height == 0) output.height = kPushedHeight;
  return output;
}

}  // namespace relayfleet::ingest
