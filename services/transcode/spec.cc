// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/spec.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace relayfleet::transcode {
namespace {

absl::Status InRange(absl::string_view field, int value, int low, int high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("spec.", field, ": ", value, " is not within ", low, " to ", high));
}

absl::Status ValidSide(absl::string_view field, int value) {
  const absl::Status in_range = InRange(field, value, 16, 4096);
  if (!in_range.ok()) return in_range;
  if (value % 2 == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("spec.", field, ": ", value, " is odd"));
}

absl::Status ValidateAudio(const flow::AudioSpec& spec) {
  const bool opus = spec.codec == media::Codec::kOpus;
  if (!opus && spec.codec != media::Codec::kAac) {
    return absl::InvalidArgumentError("spec.audio.codec: only AAC and Opus can be made");
  }
  const absl::Status rate = InRange("audio.bitrate_kbps", spec.bitrate_kbps, 16, 320);
  if (!rate.ok()) return rate;
  for (const int known : {8000, 16000, 44100, 48000}) {
    if (spec.sample_rate == known && (!opus || known == 48000)) {
      return InRange("audio.channels", spec.channels, 1, 2);
    }
  }
  return absl::InvalidArgumentError(opus ? "spec.audio.sample_rate: Opus has 48000"
                                         : "spec.audio.sample_rate: 8000, 16000, 44100 or 48000");
}

}  // namespace

absl::Status ValidateOpen(const flow::TranscodeOpen& open) {
  const flow::TranscodeSpec& spec = open.spec;
  if (open.relay.empty()) return absl::InvalidArgumentError("relay: missing");
  if (spec.audio.has_value()) return ValidateAudio(*spec.audio);
  for (const absl::Status& status :
       {ValidSide("width", spec.width), ValidSide("height", spec.height),
        InRange("fill_fps", spec.fill_fps, 1, 60), InRange("max_fps", spec.max_fps, 1, 60),
        InRange("bitrate_kbps", spec.bitrate_kbps, 64, 50000)}) {
    if (!status.ok()) return status;
  }
  if (spec.gop < absl::Milliseconds(500) || spec.gop > absl::Seconds(60)) {
    return absl::InvalidArgumentError("spec.gop: not within 0.5 s to 60 s");
  }
  if (!(spec.output_fps >= 0 && spec.output_fps <= 60)) {
    return absl::InvalidArgumentError("spec.output_fps: not within 0 to 60");
  }
  return absl::OkStatus();
}

av::VideoEncoder::Options EncoderOptionsOf(const flow::TranscodeSpec& spec) {
  return {.width = spec.width,
          .height = spec.height,
          .max_fps = spec.max_fps,
          .bitrate_kbps = spec.bitrate_kbps,
          .gop = spec.gop,
          .profile = spec.profile};
}

}  // namespace relayfleet::transcode
