// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/pipe_reader.h"
#include "tools/relayctl/pipe_sender.h"
#include "tools/relayctl/relay_options.h"

namespace relayfleet::relayctl {
namespace {

class Pipe final : public Command {
 public:
  explicit Pipe(std::string mediamtx) { relay_.mediamtx = std::move(mediamtx); }

  About about() const override {
    return {.name = "pipe",
            .arguments = "KEY",
            .summary = "push H.264 from standard input; the relay is there as long as it runs",
            .examples =
                "libcamera-vid -t 0 --codec h264 --inline -o - | relayctl pipe ES_MTX\n"
                "rpicam-vid -n -t 0 --inline -o - | relayctl pipe hall --server 10.0.0.2:50050\n"
                "ffmpeg -i talk.mp4 -c copy -f h264 - | relayctl pipe talk --keep\n",
            .min_arguments = 1,
            .max_arguments = 1,
            .takes_signals = true};
  }

  void Declare(Options& options) override {
    options.Flag("keep", "leave the relay there at the end", &keep_);
    options.Choice("mode", {"auto", "copy", "transcode"}, "copy the video or code it anew (auto)",
                   &relay_.mode);
    options.Text("path", "PATH", "path on the MediaMTX (the key)", &relay_.path);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    relay_.source.annexb = true;
    absl::StatusOr<relay::v1::CreateRelayRequest> create = relay_.ToRequest(arguments[0]);
    if (!create.ok()) return create.status();
    PipeSender sender(
        {.key = arguments[0], .create = *std::move(create), .keep = keep_}, context.stub,
        [&context](absl::string_view event) { context.err << "relayctl: " << event << std::endl; });
    absl::Time next_report = absl::Now() + Period(context);
    const absl::Status read =
        ReadUnits(STDIN_FILENO, context.interrupt, [&](media::AnnexbSplitter::Unit unit) {
          sender.Offer(std::move(unit));
          // A camera that nobody takes from any more need not run on.
          if (sender.failed()) context.interrupt.Request();
          if (absl::Now() < next_report) return;
          next_report = absl::Now() + Period(context);
          Report(sender.counts(), false, context);
        });
    absl::Status status = sender.Finish();
    Report(sender.counts(), true, context);
    status.Update(read);
    return status;
  }

 private:
  static absl::Duration Period(const Context& context) {
    if (context.json) return absl::Seconds(1);
    return context.terminal ? absl::Milliseconds(500) : absl::Seconds(10);
  }

  static void Report(const PipeSender::Counts& counts, bool last, Context& context) {
    if (context.json) {
      const nlohmann::ordered_json line = {{"units", counts.offered},
                                           {"dropped_here", counts.dropped_here},
                                           {"accepted", counts.accepted},
                                           {"dropped_there", counts.dropped_there},
                                           {"streams", counts.streams}};
      context.out << line.dump() << std::endl;
      return;
    }
    const std::string text =
        absl::StrFormat("%u access units, %u taken, %u dropped here, %u there", counts.offered,
                        counts.accepted, counts.dropped_here, counts.dropped_there);
    if (context.terminal) {
      context.out << '\r' << text << (last ? "\n" : "") << std::flush;
    } else {
      context.out << text << std::endl;
    }
  }

  RelayOptions relay_;
  bool keep_ = false;
};

}  // namespace

std::unique_ptr<Command> NewPipe(std::string mediamtx) {
  return std::make_unique<Pipe>(std::move(mediamtx));
}

}  // namespace relayfleet::relayctl
