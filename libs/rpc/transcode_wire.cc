// SPDX-License-Identifier: Apache-2.0

#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/base/overloaded.h"
#include "libs/rpc/media_convert.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/stage_convert.h"
#include "libs/rpc/wire_checks.h"

namespace relayfleet::rpc {
namespace v1 = transcode::v1;
namespace {

v1::AudioSpec ToWire(const flow::AudioSpec& spec) {
  v1::AudioSpec wire;
  wire.set_codec(static_cast<media::v1::Codec>(spec.codec));
  wire.set_bitrate_kbps(static_cast<uint32_t>(spec.bitrate_kbps));
  wire.set_sample_rate(static_cast<uint32_t>(spec.sample_rate));
  wire.set_channels(static_cast<uint32_t>(spec.channels));
  return wire;
}

v1::TranscodeSpec ToWire(const flow::TranscodeSpec& spec) {
  v1::TranscodeSpec wire;
  wire.set_width(static_cast<uint32_t>(spec.width));
  wire.set_height(static_cast<uint32_t>(spec.height));
  wire.set_fill_fps(static_cast<uint32_t>(spec.fill_fps));
  wire.set_max_fps(static_cast<uint32_t>(spec.max_fps));
  wire.set_bitrate_kbps(static_cast<uint32_t>(spec.bitrate_kbps));
  *wire.mutable_gop() = ToProto(spec.gop);
  wire.set_fit(static_cast<media::v1::Fit>(static_cast<int>(spec.fit) + 1));
  wire.set_output_fps(spec.output_fps);
  wire.set_profile(static_cast<media::v1::Profile>(static_cast<int>(spec.profile) + 1));
  for (const auto& name : spec.encoders) wire.add_encoders(name);
  if (spec.audio.has_value()) *wire.mutable_audio() = ToWire(*spec.audio);
  wire.set_no_repeats(spec.no_repeats);
  return wire;
}

// The wire's values are one higher: its first says "not set".
static_assert(static_cast<int>(media::Fit::kStretch) + 1 == media::v1::FIT_STRETCH);
static_assert(static_cast<int>(media::Profile::kHigh) + 1 == media::v1::PROFILE_HIGH);
media::Fit FromWire(media::v1::Fit fit) {
  if (fit == media::v1::FIT_UNSPECIFIED || !media::v1::Fit_IsValid(fit)) return {};
  return static_cast<media::Fit>(static_cast<int>(fit) - 1);
}
media::Profile FromWire(media::v1::Profile profile) {
  if (profile == media::v1::PROFILE_UNSPECIFIED || !media::v1::Profile_IsValid(profile)) return {};
  return static_cast<media::Profile>(static_cast<int>(profile) - 1);
}

// A number of the spec: 0 leaves the default that `*value` has.
absl::Status Take(absl::string_view field, uint32_t given, int low, int high, int* value) {
  if (given == 0) return absl::OkStatus();
  if (given < static_cast<uint32_t>(low) || given > static_cast<uint32_t>(high)) {
    return base::InvalidField(absl::StrCat("open.spec.", field),
                              absl::StrCat("must be ", low, " to ", high));
  }
  *value = static_cast<int>(given);
  return absl::OkStatus();
}

absl::StatusOr<flow::AudioSpec> FromWire(const v1::AudioSpec& wire) {
  flow::AudioSpec spec;
  if (wire.codec() == media::v1::CODEC_OPUS) {
    spec.codec = media::Codec::kOpus;
    spec.sample_rate = 48'000;
  } else if (wire.codec() != media::v1::CODEC_AAC) {
    return base::InvalidField("open.spec.audio.codec", "must be AAC or Opus");
  }
  absl::Status status =
      Take("audio.bitrate_kbps", wire.bitrate_kbps(), 16, 320, &spec.bitrate_kbps);
  status.Update(Take("audio.sample_rate", wire.sample_rate(), 8'000, 48'000, &spec.sample_rate));
  status.Update(Take("audio.channels", wire.channels(), 1, 2, &spec.channels));
  if (spec.codec == media::Codec::kOpus && spec.sample_rate != 48'000) {
    status.Update(base::InvalidField("open.spec.audio.sample_rate", "Opus has 48000"));
  }
  if (!status.ok()) return status;
  return spec;
}

absl::StatusOr<flow::TranscodeSpec> FromWire(const v1::TranscodeSpec& wire) {
  using base::kMaxFps;
  using base::kMaxOutputSide;
  using base::kMinOutputSide;
  flow::TranscodeSpec spec;
  absl::Status status = Take("width", wire.width(), kMinOutputSide, kMaxOutputSide, &spec.width);
  status.Update(Take("height", wire.height(), kMinOutputSide, kMaxOutputSide, &spec.height));
  status.Update(Take("fill_fps", wire.fill_fps(), 1, kMaxFps, &spec.fill_fps));
  status.Update(Take("max_fps", wire.max_fps(), 1, kMaxFps, &spec.max_fps));
  status.Update(Take("bitrate_kbps", wire.bitrate_kbps(), base::kMinBitrateKbps,
                     base::kMaxBitrateKbps, &spec.bitrate_kbps));
  if (wire.has_gop()) spec.gop = FromProto(wire.gop());
  if (spec.gop < base::kMinGop || spec.gop > base::kMaxGop) {
    status.Update(base::InvalidField("open.spec.gop", "must be 0.5 s to 60 s"));
  }
  if (spec.width % 2 != 0 || spec.height % 2 != 0) {
    status.Update(base::InvalidField("open.spec.width", "width and height must be even"));
  }
  // Not a number, too.
  if (!(wire.output_fps() >= 0 && wire.output_fps() <= kMaxFps)) {
    status.Update(base::InvalidField("open.spec.output_fps", "must be 0 to 60"));
  }
  spec.fit = FromWire(wire.fit());
  spec.output_fps = wire.output_fps();
  spec.profile = FromWire(wire.profile());
  spec.encoders.assign(wire.encoders().begin(), wire.encoders().end());
  spec.no_repeats = wire.no_repeats();
  if (wire.has_audio()) {
    auto audio = FromWire(wire.audio());
    status.Update(audio.status());
    if (audio.ok()) spec.audio = *audio;
  }
  if (!status.ok()) return status;
  return spec;
}

absl::StatusOr<flow::TranscodeUp> FromWire(const v1::TranscodeRequest::Open& wire) {
  absl::Status status = base::ValidateKey(wire.relay());
  status.Update(CheckSessionId(wire.session_id()));
  if (wire.last_out_pts() < 0) {
    status.Update(base::InvalidField("open.last_out_pts", "must not be negative"));
  }
  if (!status.ok()) return status;
  auto spec = FromWire(wire.spec());
  if (!spec.ok()) return spec.status();
  return flow::TranscodeOpen{.relay = wire.relay(),
                             .session_id = wire.session_id(),
                             .epoch = wire.epoch(),
                             .spec = *spec,
                             .last_out_pts = wire.last_out_pts()};
}

v1::TranscodeRequest::Open ToWire(const flow::TranscodeOpen& open) {
  v1::TranscodeRequest::Open wire;
  wire.set_relay(open.relay);
  wire.set_session_id(open.session_id);
  wire.set_epoch(open.epoch);
  *wire.mutable_spec() = ToWire(open.spec);
  wire.set_last_out_pts(open.last_out_pts);
  return wire;
}

v1::FrameOutcome ToWire(flow::FrameOutcome outcome) {
  switch (outcome) {
    case flow::FrameOutcome::kEncoded:
      return v1::FRAME_OUTCOME_ENCODED;
    case flow::FrameOutcome::kBadImage:
      return v1::FRAME_OUTCOME_BAD_IMAGE;
    case flow::FrameOutcome::kFailed:
      return v1::FRAME_OUTCOME_FAILED;
    case flow::FrameOutcome::kSuperseded:
      return v1::FRAME_OUTCOME_SUPERSEDED;
    case flow::FrameOutcome::kDecoded:
      return v1::FRAME_OUTCOME_DECODED;
  }
  return v1::FRAME_OUTCOME_UNSPECIFIED;
}

flow::FrameOutcome FromWire(v1::FrameOutcome outcome) {
  switch (outcome) {
    case v1::FRAME_OUTCOME_ENCODED:
      return flow::FrameOutcome::kEncoded;
    case v1::FRAME_OUTCOME_BAD_IMAGE:
      return flow::FrameOutcome::kBadImage;
    case v1::FRAME_OUTCOME_SUPERSEDED:
      return flow::FrameOutcome::kSuperseded;
    case v1::FRAME_OUTCOME_DECODED:
      return flow::FrameOutcome::kDecoded;
    default:
      return flow::FrameOutcome::kFailed;
  }
}

v1::TranscodeResponse::FrameDone ToWire(const flow::FrameDone& done) {
  v1::TranscodeResponse::FrameDone wire;
  wire.set_seq(done.seq);
  wire.set_outcome(ToWire(done.outcome));
  wire.set_detail(done.detail);
  *wire.mutable_queued() = ToProto(done.queued);
  *wire.mutable_decoded() = ToProto(done.decoded);
  *wire.mutable_encoded() = ToProto(done.encoded);
  return wire;
}

flow::FrameDone FromWire(const v1::TranscodeResponse::FrameDone& wire) {
  return {.seq = wire.seq(),
          .outcome = FromWire(wire.outcome()),
          .detail = wire.detail(),
          .queued = FromProto(wire.queued()),
          .decoded = FromProto(wire.decoded()),
          .encoded = FromProto(wire.encoded())};
}

}  // namespace

v1::TranscodeRequest TranscodeWire::Encode(const Up& message) {
  Request wire;
  std::visit(base::Overloaded{
                 [&](const flow::TranscodeOpen& open) { *wire.mutable_open() = ToWire(open); },
                 [&](const media::Message& m) { *wire.mutable_media() = rpc::ToWire(m); },
                 [&](const flow::ForceIdr&) { wire.mutable_force_idr(); },
                 [&](const flow::Credit& credit) { *wire.mutable_credit() = ToWire(credit); },
                 [&](const flow::End&) { wire.mutable_end(); },
             },
             message);
  return wire;
}

absl::StatusOr<flow::TranscodeUp> TranscodeWire::Decode(Request wire) {
  switch (wire.kind_case()) {
    case Request::kOpen:
      return FromWire(wire.open());
    case Request::kMedia:
      return As<Up>(rpc::FromWire(std::move(*wire.mutable_media())));
    case Request::kForceIdr:
      return flow::ForceIdr();
    case Request::kCredit:
      return As<Up>(FromWire(wire.credit()));
    case Request::kEnd:
      return flow::End();
    case Request::KIND_NOT_SET:
      break;
  }
  return base::InvalidField("kind", "not set");
}

v1::TranscodeResponse TranscodeWire::Encode(const Down& message) {
  Response wire;
  std::visit(base::Overloaded{
                 [&](const flow::TranscodeOpened& opened) {
                   wire.mutable_opened()->set_instance(opened.instance);
                   wire.mutable_opened()->set_encoder(opened.encoder);
                 },
                 [&](const media::Message& m) { *wire.mutable_media() = rpc::ToWire(m); },
                 [&](const flow::FrameDone& done) { *wire.mutable_frame_done() = ToWire(done); },
                 [&](const flow::Credit& credit) { *wire.mutable_credit() = ToWire(credit); },
                 [&](const flow::Draining&) { wire.mutable_draining(); },
                 [&](const flow::EncoderChanged& changed) {
                   wire.mutable_encoder_changed()->set_encoder(changed.encoder);
                   wire.mutable_encoder_changed()->set_reason(changed.reason);
                 },
             },
             message);
  return wire;
}

absl::StatusOr<flow::TranscodeDown> TranscodeWire::Decode(Response wire) {
  switch (wire.kind_case()) {
    case Response::kOpened:
      return flow::TranscodeOpened{wire.opened().instance(), wire.opened().encoder()};
    case Response::kMedia:
      return As<Down>(rpc::FromWire(std::move(*wire.mutable_media())));
    case Response::kFrameDone:
      return FromWire(wire.frame_done());
    case Response::kCredit:
      return As<Down>(FromWire(wire.credit()));
    case Response::kDraining:
      return flow::Draining();
    case Response::kEncoderChanged:
      return flow::EncoderChanged{wire.encoder_changed().encoder(),
                                  wire.encoder_changed().reason()};
    case Response::KIND_NOT_SET:
      break;
  }
  return base::InvalidField("kind", "not set");
}

}  // namespace relayfleet::rpc
