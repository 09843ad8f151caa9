// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <memory>

#include "libs/base/signals.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/metrics_endpoint.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/server.h"
#include "libs/rpc/stage_connectors.h"
#include "libs/telemetry/metrics.h"
#include "services/ingest/config.h"
#include "services/ingest/ingest.h"

namespace relayfleet::ingest {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  auto registry = std::make_shared<prometheus::Registry>();
  rpc::GrpcTranscodeConnector transcode(rpc::ChannelPool::Dial(config.transcode));
  rpc::GrpcPublishConnector publish(rpc::ChannelPool::Dial(config.publish));
  base::ThreadRuntime runtime(2, "ingest");
  const auto ingest = Ingest::Create(
      config.ingest,
      {.runtime = runtime, .stages = {transcode, publish}, .registry = registry, .log = *log});
  if (!ingest.ok()) return ingest.status();
  auto server = rpc::Server::Start({.listen = config.listen.ToString(),
                                    .services = {(*ingest)->service()},
                                    .names = {"relayfleet.relay.v1.RelayService"}});
  if (!server.ok()) return server.status();
  auto metrics = http::MetricsEndpoint::Listen(config.metrics.host, config.metrics.port,
                                               {.metrics =
                                                    [&] {
                                                      (*ingest)->RefreshMetrics();
                                                      return telemetry::RenderText(*registry);
                                                    }},
                                               &runtime);
  if (!metrics.ok()) return metrics.status();
  (*log)->Info("ready", {{"grpc_port", (*server)->port()}, {"metrics_port", (*metrics)->port()}});

  const int signal = base::WaitForSignal();
  (*log)->Info("stopping", {{"signal", signal}});
  (*ingest)->Drain(kGrace / 2);
  (*server)->Drain(kGrace / 2);
  metrics->reset();
  runtime.Stop();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  base::BlockSignals();
  const auto config = ReadConfig(argc, argv);
  const absl::Status status = config.ok() ? Run(*config) : config.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "ingest: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace relayfleet::ingest

int main(int argc, char** argv) { return relayfleet::ingest::Main(argc, argv); }
