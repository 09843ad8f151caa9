// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "libs/media/h264_sps.h"
#include "nlohmann/json.hpp"
#include "services/ingest/output_plan.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/source_probe.h"

namespace relayfleet::relayctl {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string YesOrNone(bool yes) { return yes ? "yes" : "none"; }

// What the SPS adds, and whether it announces B-frames.
void AddSps(const media::Track& video, Lines* lines, bool* reorders) {
  if (video.codec != media::Codec::kH264) return;
  const absl::StatusOr<media::H264Sps> sps = media::ParseH264Sps(video.sps);
  if (!sps.ok()) return;
  const std::string name = sps->profile_idc == 66    ? "Baseline"
                           : sps->profile_idc == 77  ? "Main"
                           : sps->profile_idc == 100 ? "High"
                                                     : absl::StrCat("profile ", sps->profile_idc);
  lines->emplace_back("profile", absl::StrFormat("%s, level %.1f%s", name, sps->level_idc / 10.0,
                                                 sps->interlaced ? ", interlaced" : ""));
  *reorders |= sps->max_reorder_frames.value_or(0) > 0;
}

// By the very function that ingest goes by, with nothing asked for.
void AddPlan(const media::Track& video, const media::Track* audio, bool reorders, Lines* lines) {
  const absl::StatusOr<ingest::VideoPlan> plan = ingest::PlanVideo(video, reorders, {});
  lines->emplace_back(
      "auto", plan.ok() ? plan->why : absl::StrCat("not possible: ", plan.status().message()));
  if (audio != nullptr) lines->emplace_back("auto audio", ingest::PlanAudio(*audio, {}).why);
}

Lines Describe(const ProbeResult& result) {
  // Where the description had no parameter sets, pictures brought them.
  const media::Track& video = result.facts.video;
  const media::Track* const audio = result.facts.audio.has_value() ? &*result.facts.audio : nullptr;
  Lines lines = {{"video", ingest::Describe(video)}};
  bool reorders = result.facts.reorders;
  AddSps(video, &lines, &reorders);
  lines.emplace_back("measured",
                     absl::StrFormat("%.2f fps, %.0f kbit/s, %d pictures", result.facts.fps,
                                     result.facts.kbps, result.facts.pictures));
  lines.emplace_back("b-frames", YesOrNone(reorders));
  lines.emplace_back("rotation", absl::StrCat(video.rotation, " degrees"));
  lines.emplace_back("audio", audio == nullptr ? "none"
                                               : absl::StrCat(ingest::Describe(*audio), ", ",
                                                              audio->channels, " channels"));
  if (result.lost > 0) lines.emplace_back("lost", absl::StrCat(result.lost, " packets"));
  AddPlan(video, audio, reorders, &lines);
  for (const std::string& note : result.notes) lines.emplace_back("note", note);
  return lines;
}

void Print(const Lines& lines, bool json, std::ostream& out) {
  if (!json) {
    for (const auto& [name, text] : lines) out << absl::StrFormat("%-10s  %s\n", name, text);
    return;
  }
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [name, text] : lines) object[absl::StrReplaceAll(name, {{" ", "_"}})] = text;
  out << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

class Probe final : public Command {
 public:
  About about() const override {
    return {
        .name = "probe",
        .arguments = "URL|FILE",
        .summary = "read a source as a relay would and say what it is and what AUTO makes of it",
        .examples =
            "relayctl probe rtsp://user:password@192.168.50.45/live/profile.1\n"
            "relayctl probe talk.mp4\n",
        .min_arguments = 1,
        .max_arguments = 1};
  }

  void Declare(Options& options) override {
    options.Seconds("seconds", "how long to read, to 60 (3)", absl::Seconds(60), &duration_);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    const absl::StatusOr<ProbeResult> result = ProbeSource(arguments[0], duration_);
    if (!result.ok()) return FailureOf(result.status());
    Print(Describe(*result), context.json, context.out);
    return absl::OkStatus();
  }

 private:
  // The exit codes speak of the fleet; here a source failed.
  static absl::Status FailureOf(const absl::Status& status) {
    if (absl::IsInvalidArgument(status)) return status;
    return absl::FailedPreconditionError(status.message());
  }

  absl::Duration duration_ = absl::Seconds(3);
};

}  // namespace

std::unique_ptr<Command> NewProbe() { return std::make_unique<Probe>(); }

}  // namespace relayfleet::relayctl
