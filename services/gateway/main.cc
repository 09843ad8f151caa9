// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <memory>

#include "libs/base/signals.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/metrics_endpoint.h"
#include "libs/rpc/channel.h"
#include "libs/telemetry/metrics.h"
#include "services/gateway/config.h"
#include "services/gateway/gateway.h"
#include "services/gateway/metrics.h"

namespace relayfleet::gateway {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(Config config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  auto registry = std::make_shared<prometheus::Registry>();
  config.gateway.observer = std::make_shared<Metrics>(registry, *log);
  const auto channels = rpc::ChannelPool::Dial(config.ingest);
  base::ThreadRuntime runtime(2, "gateway");
  Gateway gateway(config.gateway, channels->Next(), &runtime);
  const absl::Status started = gateway.Start();
  if (!started.ok()) return started;
  auto metrics = http::MetricsEndpoint::Listen(
      config.metrics.host, config.metrics.port,
      {.metrics = [&] { return telemetry::RenderText(*registry); }}, &runtime);
  if (!metrics.ok()) return metrics.status();
  (*log)->Info("ready", {{"robot_relay_port", gateway.ports().robot_relay},
                         {"rest_port", gateway.ports().rest},
                         {"grpc_port", gateway.ports().grpc},
                         {"metrics_port", (*metrics)->port()}});

  const int signal = base::WaitForSignal();
  (*log)->Info("stopping", {{"signal", signal}});
  gateway.Drain(kGrace);
  metrics->reset();
  runtime.Stop();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  base::BlockSignals();
  const auto config = ReadConfig(argc, argv);
  const absl::Status status = config.ok() ? Run(*config) : config.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "gateway: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace relayfleet::gateway

int main(int argc, char** argv) { return relayfleet::gateway::Main(argc, argv); }
