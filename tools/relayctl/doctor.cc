// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "tools/relayctl/commands.h"
#include "tools/relayctl/exchange.h"
#include "tools/relayctl/finding.h"
#include "tools/relayctl/firewall.h"
#include "tools/relayctl/host_findings.h"
#include "tools/relayctl/listeners.h"
#include "tools/relayctl/port_findings.h"

namespace relayfleet::relayctl {
namespace {

using Level = Finding::Level;

constexpr absl::Duration kLimit = absl::Seconds(3);
constexpr uint16_t kRtspPort = 554;
constexpr uint16_t kHttpPort = 80;

class Doctor final : public Command {
 public:
  explicit Doctor(const DoctorDefaults& defaults)
      : mediamtx_(defaults.mediamtx.empty() ? "rtsp://localhost:8554" : defaults.mediamtx),
        state_dir_(defaults.state_dir) {}

  About about() const override {
    return {.name = "doctor",
            .summary = "look at ports, fleet, MediaMTX, encoders and machine, and say what to do",
            .examples =
                "relayctl doctor\n"
                "relayctl doctor --mediamtx rtsp://localhost:8555 --state_dir /var/lib/relayfleet\n"
                "relayctl doctor --firewall\n"};
  }

  void Declare(Options& options) override {
    options.Flag("firewall", "only print the ufw lines for what listens here", &firewall_);
    options.Text("rest", "URL", "the gateway's REST port (http://localhost:8600)", &rest_);
    options.Text("mediamtx", "URL", "RTSP of MediaMTX (RELAYFLEET_MEDIAMTX, rtsp://localhost:8554)",
                 &mediamtx_);
    options.Text("mediamtx_api", "URL", "its control API (http://localhost:9997)", &api_);
    options.Text("state_dir", "DIR", "where relays are kept (as standalone and ingest say)",
                 &state_dir_);
  }

  absl::Status Run(const std::vector<std::string>&, Context& context) override {
    const std::vector<Listener> listeners = ReadListeners("/proc");
    if (firewall_) {
      for (const std::string& line : UfwLines(listeners)) context.out << line << '\n';
      return absl::OkStatus();
    }
    std::vector<Finding> findings = PortFindings(listeners);
    AddFleet(context, &findings);
    findings.push_back(Ready());
    findings.push_back(Mediamtx());
    findings.push_back(ControlApi());
    findings.push_back(ClockFinding("/run", KernelClockSynced()));
    findings.push_back(StateFinding(state_dir_));
    findings.push_back(DiskFinding(state_dir_, FreeBytes(state_dir_)));
    for (Finding& finding : DeviceFindings("/dev")) findings.push_back(std::move(finding));
    PrintFindings(findings, context.json, context.out);
    return VerdictOf(findings);
  }

 private:
  static void AddFleet(Context& context, std::vector<Finding>* findings) {
    relay::v1::ListRelaysResponse relays;
    absl::Status status =
        Call(context.stub, &Stub::ListRelays, relay::v1::ListRelaysRequest(), &relays, kLimit);
    if (!status.ok()) {
      findings->push_back({Level::kFail, "fleet",
                           absl::StrCat("no answer by gRPC: ", status.message(),
                                        "; start it (tools/start), or say where it is: --server")});
      return;
    }
    findings->push_back({Level::kOk, "fleet", absl::StrCat(relays.relays_size(), " relays")});
    findings->push_back(EncoderFinding(context));
  }

  static Finding EncoderFinding(Context& context) {
    relay::v1::ListEncodersResponse response;
    const absl::Status status =
        Call(context.stub, &Stub::ListEncoders, relay::v1::ListEncodersRequest(), &response);
    if (!status.ok()) {
      return {Level::kWarn, "encoders", absl::StrCat("not told: ", status.message())};
    }
    std::vector<std::string> usable;
    bool hardware = false;
    for (const auto& encoder : response.encoders()) {
      if (!encoder.usable()) continue;
      usable.push_back(encoder.name());
      hardware |= encoder.hardware();
    }
    if (usable.empty()) {
      return {Level::kFail, "encoders", "none can be used; relayctl encoders says why"};
    }
    return {Level::kOk, "encoders",
            absl::StrCat(absl::StrJoin(usable, ", "),
                         hardware ? "" : ": in software only; relayctl encoders says why")};
  }

  Finding Ready() const {
    const auto answer = Ask(rest_, kHttpPort, "GET /readyz HTTP/1.1", /*read_body=*/true);
    if (!answer.ok()) {
      return {Level::kFail, "readyz",
              absl::StrCat(answer.status().message(), "; is the port another? --rest")};
    }
    if (answer->code == 200) return {Level::kOk, "readyz", "ready"};
    return {Level::kFail, "readyz", absl::StrCat(answer->code, ": ", answer->body)};
  }

  Finding Mediamtx() const {
    const auto answer = Ask(mediamtx_, kRtspPort, "OPTIONS * RTSP/1.0", /*read_body=*/false);
    if (answer.ok()) return {Level::kOk, "mediamtx", "answers by RTSP"};
    return {Level::kFail, "mediamtx",
            absl::StrCat(answer.status().message(),
                         "; start it, or say where it is: --mediamtx, and to the fleet "
                         "MEDIAMTX_HOST")};
  }

  Finding ControlApi() const {
    const auto answer = Ask(api_, kHttpPort, "GET /v3/paths/list HTTP/1.1", /*read_body=*/false);
    if (answer.ok() && answer->code == 200) return {Level::kOk, "control api", "answers"};
    const std::string why = answer.ok() ? absl::StrCat("answers ", answer->code)
                                        : std::string(answer.status().message());
    return {Level::kWarn, "control api",
            absl::StrCat(why,
                         ": late readers wait for a key frame of each second; switch it on "
                         "(api: yes), or name it: --mediamtx_api")};
  }

  // Says one line with the headers that every server wants.
  static absl::StatusOr<Answer> Ask(const std::string& text, uint16_t standard_port,
                                    absl::string_view first_line, bool read_body) {
    const absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(text);
    if (!url.ok()) return url.status();
    const uint16_t port = url->port_or(standard_port);
    return Exchange(url->host(), port,
                    absl::StrCat(first_line, "\r\nCSeq: 1\r\nHost: ", url->HostPort(standard_port),
                                 "\r\nConnection: close\r\n\r\n"),
                    read_body, kLimit);
  }

  bool firewall_ = false;
  std::string rest_ = "http://localhost:8600";
  std::string mediamtx_;
  std::string api_ = "http://localhost:9997";
  std::string state_dir_;
};

}  // namespace

std::unique_ptr<Command> NewDoctor(const DoctorDefaults& defaults) {
  return std::make_unique<Doctor>(defaults);
}

}  // namespace relayfleet::relayctl
