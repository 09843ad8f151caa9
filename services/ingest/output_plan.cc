// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/output_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/media/h264_sps.h"

namespace relayfleet::ingest {
namespace {

using media::Codec;

// Limits of transcode/v1.
constexpr int kMinSide = 16;
constexpr int kMaxSide = 4096;
constexpr int kMaxFps = 60;

// Of 29.97 where 30 is asked for, and of counting errors.
constexpr double kFpsTolerance = 1.02;

std::string NameOf(const media::Track& track) {
  switch (track.codec) {
    case Codec::kJpeg:
      return "MJPEG";
    case Codec::kH264:
      return "H264";
    case Codec::kH265:
      return "H265";
    case Codec::kAac:
      return "AAC";
    case Codec::kOpus:
      return "Opus";
    case Codec::kPcmu:
    case Codec::kPcma:
      return "G.711";
    case Codec::kLibav:
      return track.codec_name;
    case Codec::kUnknown:
      break;
  }
  return "unknown";
}

// What decides about a picture.
struct Facts {
  int width = 0;  // as shown
  int height = 0;
  double fps = 0;
  bool b_frames = false;
  bool interlaced = false;
};

Facts FactsOf(const media::Track& track, bool reorders) {
  Facts facts{.width = track.width, .height = track.height, .fps = track.fps, .b_frames = reorders};
  if (track.codec == Codec::kH264) {
    if (const auto sps = media::ParseH264Sps(track.sps); sps.ok()) {
      facts.width = sps->width;
      facts.height = sps->height;
      if (facts.fps == 0) facts.fps = sps->fps;
      facts.interlaced = sps->interlaced;
      // What is not said is not assumed: most cameras of Main and High send none.
      facts.b_frames |= sps->max_reorder_frames.value_or(0) > 0;
    }
  }
  if (track.rotation % 180 != 0) std::swap(facts.width, facts.height);
  return facts;
}

int Even(double pixels) {
  return std::clamp(static_cast<int>(std::lround(pixels)) & ~1, kMinSide, kMaxSide);
}

// The asked size; what is not asked follows the source's shape.
std::pair<int, int> SizeOf(const Facts& facts, const OutputSpec& output) {
  const flow::TranscodeSpec standard;
  const double width = facts.width > 0 ? facts.width : standard.width;
  const double height = facts.height > 0 ? facts.height : standard.height;
  if (output.width > 0 && output.height > 0) return {output.width, output.height};
  if (output.width > 0) return {output.width, Even(output.width * height / width)};
  if (output.height > 0) return {Even(output.height * width / height), output.height};
  const double scale = std::min(1.0, kMaxSide / std::max(width, height));
  return {Even(width * scale), Even(height * scale)};
}

flow::TranscodeSpec SpecOf(const Facts& facts, const OutputSpec& output) {
  const auto [width, height] = SizeOf(facts, output);
  flow::TranscodeSpec spec;
  spec.width = width;
  spec.height = height;
  spec.bitrate_kbps = output.bitrate_kbps;
  spec.gop = output.gop;
  spec.fit = output.fit;
  spec.profile = output.profile;
  spec.encoders = output.encoders;
  spec.output_fps = output.fps;
  const double fps = output.fps > 0 ? output.fps : facts.fps;
  if (fps > 0) spec.max_fps = std::clamp(static_cast<int>(std::ceil(fps)), 1, kMaxFps);
  spec.fill_fps = std::min(spec.fill_fps, spec.max_fps);
  return spec;
}

bool LargerThanAsked(const Facts& facts, const OutputSpec& output) {
  return (output.width > 0 && facts.width > output.width) ||
         (output.height > 0 && facts.height > output.height);
}

// Why the source is not what AUTO copies; empty: it is.
std::string WhyNotCopied(const media::Track& track, const Facts& facts, const OutputSpec& output) {
  if (track.codec == Codec::kH265) return "H.265, which few browsers play";
  if (track.codec != Codec::kH264) return "not H.264";
  if (facts.b_frames) return "B-frames, which close WebRTC readers";
  if (facts.interlaced) return "interlaced";
  if (track.rotation != 0) return absl::StrCat("to be turned by ", track.rotation, " degrees");
  const bool sized = output.width > 0 || output.height > 0;
  if (sized && facts.width == 0) return "its size is not known";
  if (LargerThanAsked(facts, output)) return "larger than the asked size";
  if (output.fps > 0 && facts.fps == 0) return "its rate is not known";
  if (output.fps > 0 && facts.fps > output.fps * kFpsTolerance) return "above the asked rate";
  return "";
}

// What readers lose where it is copied all the same.
std::string ConsequencesOf(const media::Track& track, const Facts& facts,
                           const OutputSpec& output) {
  std::vector<std::string> all;
  if (track.codec == Codec::kH265) all.push_back("H.265: few browsers play it");
  if (facts.b_frames) all.push_back("B-frames: WebRTC readers will be closed");
  if (facts.interlaced) all.push_back("interlaced");
  if (track.rotation != 0) all.push_back("players may show it turned");
  if (LargerThanAsked(facts, output) || output.fps > 0) {
    all.push_back("size and rate stay the source's");
  }
  return absl::StrJoin(all, "; ");
}

absl::StatusOr<VideoPlan> PlanCopy(const media::Track& track, const Facts& facts,
                                   const OutputSpec& output) {
  if (track.codec != Codec::kH264 && track.codec != Codec::kH265) {
    return absl::FailedPreconditionError(absl::StrCat("spec.output.mode COPY: ", Describe(track),
                                                      " can't be published; AUTO transcodes it"));
  }
  const std::string loss = ConsequencesOf(track, facts, output);
  return VideoPlan{.copy = true, .why = loss.empty() ? "copied" : absl::StrCat("copied: ", loss)};
}

}  // namespace

absl::StatusOr<VideoPlan> PlanVideo(const media::Track& track, bool reorders,
                                    const OutputSpec& output) {
  const Facts facts = FactsOf(track, reorders);
  if (output.mode == OutputMode::kCopy) return PlanCopy(track, facts, output);
  const flow::TranscodeSpec spec = SpecOf(facts, output);
  if (output.mode == OutputMode::kTranscode) {
    return VideoPlan{.spec = spec, .why = "transcoded: as asked"};
  }
  const std::string why = WhyNotCopied(track, facts, output);
  if (!why.empty()) return VideoPlan{.spec = spec, .why = absl::StrCat("transcoded: ", why)};
  return VideoPlan{.copy = true, .why = "copied: no B-frames, within size and rate"};
}

AudioPlan PlanAudio(const media::Track& track, const OutputSpec& output) {
  const Codec codec = track.codec;
  if (output.audio == AudioMode::kNone) return {.why = "left out: as asked"};
  const bool copied_by_auto = media::IsAudio(codec);
  const bool copy = output.audio == AudioMode::kAuto   ? copied_by_auto
                    : output.audio == AudioMode::kAac  ? codec == Codec::kAac
                    : output.audio == AudioMode::kOpus ? codec == Codec::kOpus
                                                       : false;
  if (copy) {
    return {.way = AudioPlan::Way::kCopy,
            .why = codec == Codec::kAac ? "copied: WebRTC does not carry AAC" : "copied"};
  }
  const int channels = track.channels == 1 ? 1 : 2;
  if (output.audio == AudioMode::kOpus) {
    return {.way = AudioPlan::Way::kTranscode,
            .spec = {.codec = Codec::kOpus, .sample_rate = 48000, .channels = channels},
            .why = "transcoded to Opus"};
  }
  return {.way = AudioPlan::Way::kTranscode,
          .spec = {.codec = Codec::kAac, .channels = channels},
          .why = "transcoded to AAC"};
}

std::string Describe(const media::Track& track) {
  std::string text = NameOf(track);
  const bool audio = media::IsAudio(track.codec) || track.channels > 0;
  if (audio) return absl::StrCat(text, " ", track.clock_rate, " Hz");
  const Facts facts = FactsOf(track, /*reorders=*/false);
  if (facts.width > 0) absl::StrAppend(&text, " ", facts.width, "x", facts.height);
  if (facts.fps > 0) absl::StrAppend(&text, " ", std::round(facts.fps * 100) / 100, " fps");
  return text;
}

}  // namespace relayfleet::ingest
