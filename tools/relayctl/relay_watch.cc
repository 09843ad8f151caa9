// SPDX-License-Identifier: Apache-2.0

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

using relay::v1::Relay;
using relay::v1::WatchRelaysResponse;

// Clears a terminal and puts its cursor to the top.
constexpr char kClear[] = "\x1b[H\x1b[2J";

class RelayWatch final : public Command {
 public:
  About about() const override {
    return {.name = "relay watch",
            .arguments = "[KEY]",
            .summary = "show relays and what becomes of them, until Ctrl-C",
            .examples =
                "relayctl relay watch\n"
                "relayctl relay watch hall --json | jq -r .relay.status.state\n",
            .max_arguments = 1};
  }

  void Declare(Options& options) override {
    options.Text("origin", "NAME", "only those that this API made (native, robot_relay)", &origin_);
    options.Number("count", "N", "end after so many changes", 1, 1'000'000'000, &count_);
  }

  // A fleet that goes away is waited for, once it was there.
  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    relay::v1::WatchRelaysRequest request;
    request.set_origin(origin_);
    if (!arguments.empty()) request.set_key(arguments[0]);
    while (true) {
      absl::Status status = WatchOnce(request, context);
      if (done() || !seen_ || !absl::IsUnavailable(status)) return status;
      context.err << "relayctl: " << status.message() << "; trying again\n";
      context.interrupt.WaitFor(absl::Seconds(1));
      relays_.clear();
    }
  }

 private:
  bool done() const { return count_ > 0 && changes_ >= count_; }

  absl::Status WatchOnce(const relay::v1::WatchRelaysRequest& request, Context& context) {
    grpc::ClientContext call;
    const auto stream = context.stub.WatchRelays(&call, request);
    WatchRelaysResponse response;
    while (!done() && stream->Read(&response)) {
      seen_ = true;
      Show(response, context);
    }
    if (done()) {
      call.TryCancel();
      stream->Finish();
      return absl::OkStatus();
    }
    const absl::Status status = ToStatus(stream->Finish());
    return status.ok() ? absl::UnavailableError("the fleet ended the watch") : status;
  }

  void Show(const WatchRelaysResponse& response, Context& context) {
    synced_ |= response.synced();
    const Relay& relay = response.relay();
    if (!relay.key().empty()) {
      ++changes_;
      if (response.deleted()) {
        relays_.erase(relay.key());
      } else {
        relays_[relay.key()] = relay;
      }
    }
    if (context.json) {
      context.out << ToJsonLine(response) << std::flush;
    } else if (context.terminal) {
      if (synced_) Redraw(context);
    } else if (!relay.key().empty()) {
      context.out << relay.key() << ' ' << StateName(relay.status().state())
                  << (relay.status().ready() ? " ready" : " not ready")
                  << (relay.status().last_error().empty() ? "" : ": ")
                  << relay.status().last_error() << std::endl;
    }
  }

  void Redraw(Context& context) const {
    std::vector<Relay> relays;
    relays.reserve(relays_.size());
    for (const auto& [key, relay] : relays_) relays.push_back(relay);
    context.out << kClear;
    PrintChanges(relays, absl::Now(), context.out);
    context.out << std::flush;
  }

  std::string origin_;
  int count_ = 0;
  int changes_ = 0;
  bool seen_ = false;
  bool synced_ = false;
  std::map<std::string, Relay> relays_;
};

}  // namespace

std::unique_ptr<Command> NewRelayWatch() { return std::make_unique<RelayWatch>(); }

}  // namespace relayfleet::relayctl
