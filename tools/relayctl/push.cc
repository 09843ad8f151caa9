// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/directory_source.h"
#include "tools/relayctl/pattern_source.h"
#include "tools/relayctl/push_report.h"
#include "tools/relayctl/pusher.h"
#include "tools/relayctl/relay_options.h"
#include "tools/relayctl/video_source.h"

namespace relayfleet::relayctl {
namespace {

relay::v1::AckLevel AckLevelOf(const std::string& name) {
  if (name == "accepted") return relay::v1::ACK_LEVEL_ACCEPTED;
  return name == "encoded" ? relay::v1::ACK_LEVEL_ENCODED : relay::v1::ACK_LEVEL_WRITTEN;
}

PushReport::Options ReportOptions(const Context& context, const std::string& key) {
  if (context.json) {
    return {.style = PushReport::Style::kJson, .key = key, .period = absl::Seconds(1)};
  }
  if (context.terminal) {
    return {.style = PushReport::Style::kLive, .key = key, .period = absl::Milliseconds(250)};
  }
  return {.style = PushReport::Style::kLines, .key = key, .period = absl::Seconds(5)};
}

class Push final : public Command {
 public:
  explicit Push(std::string mediamtx) : mediamtx_(std::move(mediamtx)) {}

  About about() const override {
    return {.name = "push",
            .arguments = "KEY",
            .summary = "push pictures into a relay and show what becomes of them",
            .examples =
                "relayctl push robot-a/camera --test-pattern --create\n"
                "relayctl push robot-a/camera --frames pictures --fps 15 --loop\n"
                "relayctl push robot-a/camera --video drive.mp4 --ack written\n"
                "relayctl push robot-a/camera --test-pattern --count 50 --json | tail -1\n",
            .min_arguments = 1,
            .max_arguments = 1,
            .takes_signals = true};
  }

  void Declare(Options& options) override {
    options.Text("frames", "DIR", "push the *.jpg files of this folder by name", &frames_);
    options.Text("video", "FILE", "push the pictures of this video", &video_);
    options.Flag("test-pattern", "push a moving picture with a clock in it", &pattern_);
    options.Number("fps", "N", "pictures per second (5; of a video: its own)", 1, 60, &fps_);
    options.Dimensions("size", "size of the test picture (1280x720)", &size_);
    options.Flag("create", "make the relay when it is not there", &create_);
    options.Choice("ack", {"accepted", "encoded", "written"}, "what an answer waits for (written)",
                   &ack_);
    options.Number("count", "N", "end after so many pictures", 1, 1'000'000'000, &count_);
    options.Flag("loop", "begin again at the end of the folder or video", &loop_);
    options.Number("window", "N", "pictures that may wait for their answers (8)", 1, 64, &window_);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    absl::StatusOr<std::unique_ptr<FrameSource>> source = OpenSource();
    if (!source.ok()) return source.status();
    PushStats stats;
    PushReport report(ReportOptions(context, arguments[0]), stats, clock_, context.out);
    Pusher pusher(PusherOptions(arguments[0]), context.stub, **source, clock_, context.interrupt,
                  stats, [&report](absl::string_view event) { report.Tell(event); });
    const absl::Status status = pusher.Run();
    report.Finish();
    if (!status.ok()) return status;
    const PushStats::Snapshot all = stats.Get();
    if (all.lost() == 0) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat(all.lost(), " frames were lost or refused",
                                            all.last_detail.empty() ? "" : ": ", all.last_detail));
  }

 private:
  absl::StatusOr<std::unique_ptr<FrameSource>> OpenSource() const {
    if (!frames_.empty() + !video_.empty() + pattern_ != 1) {
      return absl::InvalidArgumentError(
          "push needs one of --frames DIR, --video FILE and --test-pattern");
    }
    if (pattern_ && std::min(size_.width, size_.height) < 64) {
      return absl::InvalidArgumentError("--size: a test picture has at least 64x64 pixels");
    }
    if (pattern_) return std::make_unique<PatternSource>(clock_, size_);
    return video_.empty() ? DirectorySource::Open(frames_, loop_)
                          : VideoSource::Open(video_, loop_);
  }

  Pusher::Options PusherOptions(const std::string& key) const {
    Pusher::Options options{.key = key, .ack = AckLevelOf(ack_)};
    options.fps = fps_ != 0 ? fps_ : (video_.empty() ? 5 : 0);
    options.count = count_;
    options.max_in_flight = window_;
    // Pushed pictures need no file, so this can't fail.
    if (create_) options.create = *NewRelay().ToRequest(key);
    return options;
  }

  RelayOptions NewRelay() const {
    RelayOptions relay;
    relay.mediamtx = mediamtx_;
    return relay;
  }

  const base::SystemClock clock_;
  const std::string mediamtx_;
  std::string frames_;
  std::string video_;
  bool pattern_ = false;
  int fps_ = 0;
  Size size_{.width = 1280, .height = 720};
  bool create_ = false;
  std::string ack_ = "written";
  int count_ = 0;
  bool loop_ = false;
  int window_ = 8;
};

}  // namespace

std::unique_ptr<Command> NewPush(std::string mediamtx) {
  return std::make_unique<Push>(std::move(mediamtx));
}

}  // namespace relayfleet::relayctl
