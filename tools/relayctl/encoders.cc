// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/relay_view.h"
#include "tools/relayctl/table.h"

namespace relayfleet::relayctl {
namespace {

class Encoders final : public Command {
 public:
  About about() const override {
    return {.name = "encoders",
            .summary = "show the encoders that were tried, and why one is not used",
            .examples = "relayctl encoders\n"};
  }

  absl::Status Run(const std::vector<std::string>&, Context& context) override {
    relay::v1::ListEncodersResponse response;
    const absl::Status status =
        Call(context.stub, &Stub::ListEncoders, relay::v1::ListEncodersRequest(), &response);
    if (!status.ok()) return status;
    if (context.json) {
      for (const auto& encoder : response.encoders()) context.out << ToJsonLine(encoder);
      return absl::OkStatus();
    }
    Table table({"ENCODER", "USABLE", "HARDWARE", "1280x720 PICTURE", "WHY NOT"});
    for (const auto& encoder : response.encoders()) {
      const double ms = encoder.frame_time().seconds() * 1e3 + encoder.frame_time().nanos() / 1e6;
      table.Add({encoder.name(), encoder.usable() ? "yes" : "no", encoder.hardware() ? "yes" : "no",
                 encoder.usable() ? absl::StrFormat("%.1f ms", ms) : "-",
                 encoder.reason().empty() ? "-" : encoder.reason()});
    }
    table.Print(context.out);
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewEncoders() { return std::make_unique<Encoders>(); }

}  // namespace relayfleet::relayctl
