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

class RelayUpdate final : public Command {
 public:
  explicit RelayUpdate(std::string mediamtx) { relay_.mediamtx = std::move(mediamtx); }

  About about() const override {
    return {
        .name = "relay update",
        .arguments = "KEY",
        .summary = "change a relay in place; what is not named becomes the default",
        .examples =
            "relayctl relay update hall --rtsp rtsp://admin:new@10.0.0.7/stream1\n"
            "relayctl relay update hall --rtsp rtsp://10.0.0.7/stream2 --mode transcode --fps 5\n",
        .min_arguments = 1,
        .max_arguments = 1};
  }

  void Declare(Options& options) override {
    relay_.Declare(options);
    options.Number("revision", "N", "only if this is the relay's revision (any)", 1, 2'000'000'000,
                   &revision_);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    absl::StatusOr<relay::v1::RelaySpec> spec = relay_.ToSpec();
    if (!spec.ok()) return spec.status();
    relay::v1::UpdateRelayRequest request;
    request.set_key(arguments[0]);
    request.set_revision(revision_);
    *request.mutable_spec() = *std::move(spec);
    relay::v1::UpdateRelayResponse response;
    const absl::Status status = Call(context.stub, &Stub::UpdateRelay, request, &response);
    if (!status.ok()) return status;
    if (context.json) {
      context.out << ToJsonLine(response.relay());
    } else {
      context.out << "updated: " << response.relay().key() << '\n';
    }
    return absl::OkStatus();
  }

 private:
  RelayOptions relay_;
  int revision_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewRelayUpdate(std::string mediamtx) {
  return std::make_unique<RelayUpdate>(std::move(mediamtx));
}

}  // namespace relayfleet::relayctl
