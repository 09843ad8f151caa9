// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "libs/base/thread_runtime.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/log_sink.h"
#include "libs/telemetry/metrics.h"
#include "services/common/operator_port.h"
#include "services/common/service_main.h"
#include "services/transcode/config.h"
#include "services/transcode/service.h"
#include "services/transcode/transcode.h"

namespace relayfleet::transcode {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  prometheus::Registry registry;
  base::ThreadRuntime runtime(common::ControlThreads(), "transcode");
  Transcode transcode(config.transcode, &runtime, &registry, *log);
  TranscodeService service(transcode.stage(), transcode.encoders());
  auto server = rpc::Server::Start({.listen = config.listen.ToString(),
                                    .services = {&service},
                                    .names = {v1::TranscodeService::service_full_name()}});
  if (!server.ok()) return server.status();
  auto operators = common::OperatorPort::Listen(
      config.metrics, [&] { return telemetry::RenderText(registry); }, &runtime);
  if (!operators.ok()) return operators.status();
  (*log)->Info("ready", {{"grpc_port", (*server)->port()}, {"metrics_port", (*operators)->port()}});

  (*operators)->WaitForStop(**log);
  (*server)->SetServing(false);
  transcode.Drain(kGrace * 4 / 5);
  (*server)->Drain(kGrace / 5);
  operators->reset();
  runtime.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace relayfleet::transcode

int main(int argc, char** argv) {
  return relayfleet::common::Main("transcode", argc, argv, relayfleet::transcode::ReadConfig,
                                  relayfleet::transcode::Run);
}
