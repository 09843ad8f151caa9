// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"

namespace relayfleet::relayctl {
namespace {

class RelayReady final : public Command {
 public:
  About about() const override {
    return {.name = "relay ready",
            .arguments = "KEY",
            .summary = "wait until a reader would get pictures",
            .examples = "relayctl relay ready robot-a/camera --timeout 30 && ffplay …\n",
            .min_arguments = 1,
            .max_arguments = 1};
  }

  void Declare(Options& options) override {
    options.Seconds("timeout", "longest wait, to 300 (15)", absl::Seconds(300), &timeout_);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    relay::v1::WaitUntilReadyRequest request;
    request.set_key(arguments[0]);
    request.mutable_timeout()->set_seconds(absl::ToInt64Seconds(timeout_));
    request.mutable_timeout()->set_nanos(
        static_cast<int>(absl::ToInt64Nanoseconds(timeout_ % absl::Seconds(1))));
    relay::v1::WaitUntilReadyResponse response;
    // The server keeps the time; the deadline only catches one that hangs.
    const absl::Status status =
        Call(context.stub, &Stub::WaitUntilReady, request, &response, timeout_ + absl::Seconds(5));
    if (!status.ok()) return status;
    if (context.json) {
      context.out << ToJsonLine(response);
    } else if (response.ready()) {
      context.out << "ready: " << arguments[0] << '\n';
    }
    if (response.ready()) return absl::OkStatus();
    return absl::DeadlineExceededError(
        absl::StrCat(arguments[0], " is not ready: ", StateName(response.state())));
  }

 private:
  absl::Duration timeout_ = absl::Seconds(15);
};

}  // namespace

std::unique_ptr<Command> NewRelayReady() { return std::make_unique<RelayReady>(); }

}  // namespace relayfleet::relayctl
