// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

class RelayList final : public Command {
 public:
  About about() const override {
    return {.name = "relay list",
            .summary = "show all relays in a table",
            .examples =
                "relayctl relay list\n"
                "relayctl relay list --json | jq -r 'select(.status.ready).key'\n"};
  }

  void Declare(Options& options) override {
    options.Text("origin", "NAME", "only those that this API made (native, robot_relay)", &origin_);
  }

  absl::Status Run(const std::vector<std::string>&, Context& context) override {
    relay::v1::ListRelaysRequest request;
    request.set_origin(origin_);
    relay::v1::ListRelaysResponse response;
    const absl::Status status = Call(context.stub, &Stub::ListRelays, request, &response);
    if (!status.ok()) return status;
    if (context.json) {
      for (const relay::v1::Relay& relay : response.relays()) context.out << ToJsonLine(relay);
    } else if (response.relays().empty()) {
      context.out << "no relays\n";
    } else {
      PrintRelays({response.relays().begin(), response.relays().end()}, context.out);
    }
    return absl::OkStatus();
  }

 private:
  std::string origin_;
};

}  // namespace

std::unique_ptr<Command> NewRelayList() { return std::make_unique<RelayList>(); }

}  // namespace relayfleet::relayctl
