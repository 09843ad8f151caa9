// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

class RelayDelete final : public Command {
 public:
  About about() const override {
    return {.name = "relay delete",
            .arguments = "KEY",
            .summary = "end a relay; its path is gone when this returns",
            .examples = "relayctl relay delete robot-a/camera\n",
            .min_arguments = 1,
            .max_arguments = 1};
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    relay::v1::DeleteRelayRequest request;
    request.set_key(arguments[0]);
    relay::v1::DeleteRelayResponse response;
    const absl::Status status = Call(context.stub, &Stub::DeleteRelay, request, &response);
    if (!status.ok()) return status;
    // The request names the relay, the answer is empty.
    context.out << (context.json ? ToJsonLine(request) : "deleted: " + arguments[0] + "\n");
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewRelayDelete() { return std::make_unique<RelayDelete>(); }

}  // namespace relayfleet::relayctl
