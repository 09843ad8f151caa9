// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>

#include "libs/base/errors.h"
#include "libs/base/signals.h"
#include "libs/base/thread_runtime.h"
#include "libs/http/metrics_endpoint.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/log_sink.h"
#include "libs/telemetry/metrics.h"
#include "services/publish/config.h"
#include "services/publish/publish.h"
#include "services/publish/service.h"

namespace relayfleet::publish {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  prometheus::Registry registry;
  base::ThreadRuntime runtime(2, "publish");
  const auto publish = Publish::Create(config.publish, &runtime, &registry, *log);
  if (!publish.ok()) return publish.status();
  PublishService service((*publish)->stage());
  auto server = rpc::Server::Start({.listen = config.listen.ToString(),
                                    .services = {&service},
                                    .names = {v1::PublishService::service_full_name()}});
  if (!server.ok()) return server.status();
  std::atomic<bool> stopping = false;
  auto metrics = http::MetricsEndpoint::Listen(
      config.metrics.host, config.metrics.port,
      {.metrics = [&] { return telemetry::RenderText(registry); },
       .ready = [&] { return stopping ? base::NotServing() : absl::OkStatus(); }},
      &runtime);
  if (!metrics.ok()) return metrics.status();
  (*log)->Info("ready", {{"grpc_port", (*server)->port()},
                         {"metrics_port", (*metrics)->port()},
                         {"notify_port", int{(*publish)->notify_port()}}});

  const int signal = base::WaitForSignal();
  (*log)->Info("stopping", {{"signal", signal}});
  stopping = true;
  (*server)->SetServing(false);
  (*publish)->Drain(kGrace * 4 / 5);
  (*server)->Drain(kGrace / 5);
  metrics->reset();
  runtime.Stop();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  base::BlockSignals();
  const auto config = ReadConfig(argc, argv);
  const absl::Status status = config.ok() ? Run(*config) : config.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "publish: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace
}  // namespace relayfleet::publish

int main(int argc, char** argv) { return relayfleet::publish::Main(argc, argv); }
