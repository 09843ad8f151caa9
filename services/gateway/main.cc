// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "libs/base/thread_runtime.h"
#include "libs/rpc/channel.h"
#include "libs/telemetry/metrics.h"
#include "services/common/operator_port.h"
#include "services/common/service_main.h"
#include "services/gateway/config.h"
#include "services/gateway/gateway.h"
#include "services/gateway/metrics.h"

namespace relayfleet::gateway {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  auto registry = std::make_shared<prometheus::Registry>();
  Gateway::Options options = config.gateway;
  options.observer = std::make_shared<Metrics>(registry, *log);
  base::ThreadRuntime runtime(common::ControlThreads(), "gateway");
  Gateway gateway(options, rpc::ChannelPool::Dial(config.ingest), &runtime);
  const absl::Status started = gateway.Start();
  if (!started.ok()) return started;
  auto operators = common::OperatorPort::Listen(
      config.metrics, [&] { return telemetry::RenderText(*registry); }, &runtime);
  if (!operators.ok()) return operators.status();
  (*log)->Info("ready", {{"robot_relay_port", gateway.ports().robot_relay},
                         {"rest_port", gateway.ports().rest},
                         {"grpc_port", gateway.ports().grpc},
                         {"metrics_port", (*operators)->port()}});

  (*operators)->WaitForStop(**log);
  gateway.Drain(kGrace);
  operators->reset();
  runtime.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace relayfleet::gateway

int main(int argc, char** argv) {
  return relayfleet::common::Main("gateway", argc, argv, relayfleet::gateway::ReadConfig,
                                  relayfleet::gateway::Run);
}
