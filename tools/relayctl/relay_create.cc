// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_options.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

class RelayCreate final : public Command {
 public:
  explicit RelayCreate(std::string mediamtx) { relay_.mediamtx = std::move(mediamtx); }

  About about() const override {
    return {.name = "relay create",
            .arguments = "KEY",
            .summary = "make a relay; the same again is no error",
            .examples =
                "relayctl relay create robot-a/camera\n"
                "relayctl relay create robot-a/camera --width 640 --height 480 --fps 10\n"
                "relayctl relay create hall --rtsp rtsp://admin:secret@10.0.0.7/stream1\n"
                "relayctl relay create camera --sdp camera.sdp --allow_from 198.51.100.0/24\n"
                "relayctl relay create talk --file talk.mp4 --loop --mode transcode\n",
            .min_arguments = 1,
            .max_arguments = 1};
  }

  void Declare(Options& options) override { relay_.Declare(options); }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    const absl::StatusOr<relay::v1::CreateRelayRequest> request = relay_.ToRequest(arguments[0]);
    if (!request.ok()) return request.status();
    relay::v1::CreateRelayResponse response;
    const absl::Status status = Call(context.stub, &Stub::CreateRelay, *request, &response);
    if (!status.ok()) return status;
    if (context.json) {
      context.out << ToJsonLine(response);
    } else {
      context.out << (response.existed() ? "exists: " : "created: ") << response.relay().key()
                  << '\n';
    }
    return absl::OkStatus();
  }

 private:
  RelayOptions relay_;
};

}  // namespace

std::unique_ptr<Command> NewRelayCreate(std::string mediamtx) {
  return std::make_unique<RelayCreate>(std::move(mediamtx));
}

}  // namespace relayfleet::relayctl
