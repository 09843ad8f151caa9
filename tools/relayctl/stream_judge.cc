// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/stream_judge.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "libs/media/h264_sps.h"
#include "libs/media/h265_sps.h"

namespace relayfleet::relayctl {
namespace {

using Level = Finding::Level;
using media::Codec;

// A reader waits half of it on average for its first picture.
constexpr absl::Duration kLongGop = absl::Seconds(5);
// Players freeze visibly, and close.
constexpr absl::Duration kLongGap = absl::Seconds(1);
constexpr absl::Duration kDeadGap = absl::Seconds(3);
constexpr absl::Duration kOld = absl::Seconds(1);
// Ahead of us by more than the network explains.
constexpr absl::Duration kClockError = absl::Milliseconds(-20);
// Level 4.2: 1080p at 60 fps, the most that every hardware decoder takes.
constexpr int kCommonLevel = 42;

std::string Ms(absl::Duration duration) {
  return absl::StrFormat("%.0f ms", absl::ToDoubleMilliseconds(duration));
}

std::string S(absl::Duration duration) {
  return absl::StrFormat("%.1f s", absl::ToDoubleSeconds(duration));
}

Finding CodecOf(const StreamFacts& facts) {
  switch (facts.video.codec) {
    case Codec::kH264:
      return {Level::kOk, "codec", "H264: every reader takes it"};
    case Codec::kH265:
      return {Level::kWarn, "codec", "H265: few browsers play it (WebRTC); TRANSCODE makes H264"};
    case Codec::kJpeg:
      return {Level::kFail, "codec", "MJPEG: no browser plays it by WebRTC; TRANSCODE makes H264"};
    default:
      return {Level::kFail, "codec", "unknown: readers can't play it"};
  }
}

Finding Profile(const media::H264Sps& sps) {
  switch (sps.profile_idc) {
    case 66:
      return {Level::kOk, "profile", "Baseline: browsers and the Jetson decoder take it"};
    case 77:
    case 100:
      return {Level::kOk, "profile",
              absl::StrCat(sps.profile_idc == 77 ? "Main" : "High",
                           ": taken as long as there are no B-frames; the robot relay API "
                           "promises Baseline")};
    default:
      return {Level::kFail, "profile",
              absl::StrCat("profile_idc ", sps.profile_idc,
                           ": browsers and hardware decoders refuse it; TRANSCODE")};
  }
}

Finding LevelOf(const media::H264Sps& sps) {
  const std::string name = absl::StrFormat("%.1f", sps.level_idc / 10.0);
  if (sps.level_idc <= kCommonLevel) return {Level::kOk, "level", name};
  return {Level::kWarn, "level", absl::StrCat(name, ": some hardware decoders stop at 4.2")};
}

Finding Size(int width, int height, bool interlaced) {
  const std::string size = absl::StrCat(width, "x", height);
  if (interlaced) {
    return {Level::kWarn, "size", absl::StrCat(size, " interlaced: browsers show combs")};
  }
  if (width % 2 != 0 || height % 2 != 0) {
    return {Level::kWarn, "size", absl::StrCat(size, ": odd, which some decoders refuse")};
  }
  return {Level::kOk, "size", size};
}

void AddPicture(const StreamFacts& facts, std::vector<Finding>* findings) {
  if (facts.video.codec == Codec::kH265) {
    if (const auto sps = media::ParseH265Sps(facts.video.sps); sps.ok()) {
      findings->push_back(Size(sps->width, sps->height, false));
    }
    return;
  }
  if (facts.video.codec != Codec::kH264) return;
  const auto sps = media::ParseH264Sps(facts.video.sps);
  if (!sps.ok()) {
    findings->push_back({Level::kFail, "profile",
                         "no SPS that can be read: decoders find no format "
                         "(\"Stream format not found\")"});
    return;
  }
  findings->push_back(Profile(*sps));
  findings->push_back(LevelOf(*sps));
  findings->push_back(Size(sps->width, sps->height, sps->interlaced));
}

Finding BFrames(const StreamFacts& facts) {
  bool reorders = facts.reorders;
  if (facts.video.codec == Codec::kH264) {
    const auto sps = media::ParseH264Sps(facts.video.sps);
    reorders |= sps.ok() && sps->max_reorder_frames.value_or(0) > 0;
  }
  if (!reorders) return {Level::kOk, "b-frames", "none: pictures are shown as they come"};
  return {Level::kFail, "b-frames",
          "yes: WebRTC readers are closed, others show pictures late; mode AUTO or TRANSCODE "
          "removes them"};
}

Finding ParameterSets(const StreamFacts& facts) {
  const char* const subject = "sps/pps";
  if (facts.keys_without_sets == 0) {
    return facts.sets_described
               ? Finding{Level::kOk, subject, "before each key picture, and in the SDP"}
               : Finding{Level::kWarn, subject,
                         "before each key picture, not in the SDP: players that read only that "
                         "show nothing"};
  }
  const std::string missing =
      absl::StrCat(facts.keys_without_sets, " of ", facts.keys, " key pictures come without");
  if (facts.sets_described) {
    return {Level::kWarn, subject,
            absl::StrCat(missing,
                         ", only the SDP has them: the Jetson decoder needs h264parse "
                         "(\"Stream format not found\")")};
  }
  return {Level::kFail, subject,
          absl::StrCat(missing, ", and the SDP has none: decoders can't begin")};
}

Finding Gop(const StreamFacts& facts) {
  if (!facts.longest_gop.has_value()) {
    const bool late = facts.seen > kLongGop;
    return {late ? Level::kWarn : Level::kOk, "gop",
            absl::StrCat("no second key picture in ", S(facts.seen),
                         late ? ": readers wait that long for their first picture"
                              : ": read longer by --seconds to know")};
  }
  const std::string text =
      absl::StrCat(S(*facts.longest_gop), ", ", facts.longest_gop_pictures, " pictures");
  if (*facts.longest_gop <= kLongGop) return {Level::kOk, "gop", text};
  return {Level::kWarn, "gop",
          absl::StrCat(text, ": readers wait up to that long for their first picture")};
}

Finding FirstPicture(absl::Duration wait) {
  if (wait <= kLongGop) return {Level::kOk, "first picture", absl::StrCat("after ", Ms(wait))};
  return {Level::kWarn, "first picture",
          absl::StrCat("after ", S(wait), ": readers give up; a shorter GOP helps")};
}

Finding Gaps(const StreamFacts& facts) {
  const std::string text = absl::StrCat("longest ", Ms(facts.longest_gap));
  const absl::Duration usual = facts.fps > 0 ? absl::Seconds(3 / facts.fps) : absl::ZeroDuration();
  if (facts.longest_gap > std::max(kDeadGap, usual)) {
    return {Level::kFail, "gaps", absl::StrCat(text, ": players stop; is the source silent?")};
  }
  if (facts.longest_gap > std::max(kLongGap, usual)) {
    return {Level::kWarn, "gaps", absl::StrCat(text, ": the picture freezes")};
  }
  return {Level::kOk, "gaps", text};
}

Finding Age(const StreamFacts& facts) {
  if (!facts.age_p50.has_value()) {
    return {Level::kOk, "age", "not known: no sender report came"};
  }
  const std::string text = absl::StrCat("p50 ", Ms(*facts.age_p50), ", max ", Ms(*facts.age_max));
  if (*facts.age_p50 < kClockError) {
    return {Level::kWarn, "age",
            absl::StrCat(text, ": the clocks differ (relayctl doctor looks at this one)")};
  }
  if (*facts.age_max <= kOld) return {Level::kOk, "age", text};
  return {Level::kWarn, "age", absl::StrCat(text, ": the network or the source is slow")};
}

Finding Loss(uint64_t lost) {
  if (lost == 0) return {Level::kOk, "loss", "no packet"};
  return {Level::kWarn, "loss",
          absl::StrCat(lost,
                       " packets: pictures break up to the next key picture; read over TCP, "
                       "or lower the bit rate")};
}

Finding Audio(const media::Track& track) {
  if (track.codec == Codec::kAac) {
    return {Level::kWarn, "audio", "AAC: WebRTC does not carry it; --audio opus makes Opus"};
  }
  return {Level::kOk, "audio", "WebRTC carries it"};
}

}  // namespace

std::vector<Finding> Judge(const StreamFacts& facts, uint64_t lost) {
  std::vector<Finding> findings = {CodecOf(facts)};
  if (facts.pictures == 0) {
    findings.push_back({Level::kFail, "pictures",
                        "none came: nobody feeds the stream (relayctl relay get KEY says more)"});
    return findings;
  }
  if (facts.keys == 0) {
    findings.push_back({Level::kFail, "first picture",
                        absl::StrCat("no key picture in ", S(facts.seen),
                                     ": readers see nothing; shorten the GOP")});
    return findings;
  }
  AddPicture(facts, &findings);
  findings.push_back(BFrames(facts));
  if (facts.video.codec != Codec::kJpeg) findings.push_back(ParameterSets(facts));
  findings.push_back(FirstPicture(*facts.first_key));
  findings.push_back(Gop(facts));
  findings.push_back(
      {Level::kOk, "rate", absl::StrFormat("%.2f fps, %.0f kbit/s", facts.fps, facts.kbps)});
  findings.push_back(Gaps(facts));
  findings.push_back(Age(facts));
  findings.push_back(Loss(lost));
  if (facts.audio.has_value()) findings.push_back(Audio(*facts.audio));
  return findings;
}

}  // namespace relayfleet::relayctl
