// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

class RelayGet final : public Command {
 public:
  About about() const override {
    return {.name = "relay get",
            .arguments = "KEY",
            .summary = "show all about one relay",
            .examples =
                "relayctl relay get robot-a/camera\n"
                "relayctl relay get robot-a/camera --json | jq .status.state\n",
            .min_arguments = 1,
            .max_arguments = 1};
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    relay::v1::GetRelayRequest request;
    request.set_key(arguments[0]);
    relay::v1::GetRelayResponse response;
    const absl::Status status = Call(context.stub, &Stub::GetRelay, request, &response);
    if (!status.ok()) return status;
    if (context.json) {
      context.out << ToJsonLine(response.relay());
    } else {
      PrintRelay(response.relay(), context.out);
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewRelayGet() { return std::make_unique<RelayGet>(); }

}  // namespace relayfleet::relayctl
