// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/finding.h"
#include "tools/relayctl/relay_view.h"
#include "tools/relayctl/stream_judge.h"
#include "tools/relayctl/stream_reader.h"

namespace relayfleet::relayctl {
namespace {

class Check final : public Command {
 public:
  About about() const override {
    return {
        .name = "check",
        .arguments = "KEY|rtsp://URL",
        .summary = "read a stream as a consumer does and say what is good and bad about it",
        .examples =
            "relayctl check robot-a/camera\n"
            "relayctl check rtsp://localhost:8554/robot-a/camera --seconds 20 --transport udp\n",
        .min_arguments = 1,
        .max_arguments = 1};
  }

  void Declare(Options& options) override {
    options.Seconds("seconds", "how long to read, to 3600 (5)", absl::Hours(1), &duration_);
    options.Choice("transport", {"auto", "tcp", "udp"}, "how RTP comes (auto: TCP, then UDP)",
                   &transport_);
  }

  absl::Status Run(const std::vector<std::string>& arguments, Context& context) override {
    const absl::StatusOr<base::SecretUrl> url = UrlOf(arguments[0], context);
    if (!url.ok()) return url.status();
    const std::vector<Finding> findings = FindingsOf(*url);
    PrintFindings(findings, context.json, context.out);
    return VerdictOf(findings);
  }

 private:
  // Where the stream is: the argument, or what the fleet says of that relay.
  static absl::StatusOr<base::SecretUrl> UrlOf(const std::string& argument, Context& context) {
    if (absl::StrContains(argument, "://")) {
      absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(argument);
      if (url.ok() && url->scheme() != "rtsp" && url->scheme() != "rtsps") {
        return absl::InvalidArgumentError("check reads rtsp:// and rtsps://; others: probe");
      }
      return url;
    }
    relay::v1::GetRelayRequest request;
    request.set_key(argument);
    relay::v1::GetRelayResponse response;
    const absl::Status status = Call(context.stub, &Stub::GetRelay, request, &response);
    if (!status.ok()) return status;
    const relay::v1::RelayStatus& relay = response.relay().status();
    if (relay.rtsp_url().empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat(argument, " can't be read yet: ", StateName(relay.state()),
                       relay.last_error().empty() ? "" : ": ", relay.last_error()));
    }
    return base::SecretUrl::Parse(relay.rtsp_url());
  }

  std::vector<Finding> FindingsOf(const base::SecretUrl& url) const {
    using Transport = rtsp::Reader::Transport;
    const Transport transport = transport_ == "tcp"   ? Transport::kTcp
                                : transport_ == "udp" ? Transport::kUdp
                                                      : Transport::kTcpThenUdp;
    const absl::StatusOr<StreamReading> reading =
        ReadStream({.url = url, .transport = transport, .duration = duration_});
    const std::string name = url.ToString();
    if (!reading.ok()) {
      return {
          {Finding::Level::kFail, "reading", absl::StrCat(name, ": ", reading.status().message())}};
    }
    std::vector<Finding> findings = {
        {Finding::Level::kOk, "reading", absl::StrCat(name, reading->over_udp ? " over UDP" : "")}};
    for (Finding& finding : Judge(reading->facts, reading->lost_packets)) {
      findings.push_back(std::move(finding));
    }
    if (!reading->ended.ok()) {
      findings.push_back({Finding::Level::kFail, "end",
                          absl::StrCat("the stream ended: ", reading->ended.message())});
    }
    return findings;
  }

  absl::Duration duration_ = absl::Seconds(5);
  std::string transport_ = "auto";
};

}  // namespace

std::unique_ptr<Command> NewCheck() { return std::make_unique<Check>(); }

}  // namespace relayfleet::relayctl
