// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "libs/base/thread_runtime.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/log_sink.h"
#include "libs/telemetry/metrics.h"
#include "services/common/operator_port.h"
#include "services/common/service_main.h"
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
  base::ThreadRuntime runtime(common::ControlThreads(), "publish");
  const auto publish = Publish::Create(config.publish, &runtime, &registry, *log);
  if (!publish.ok()) return publish.status();
  PublishService service((*publish)->stage());
  auto server = rpc::Server::Start({.listen = config.listen.ToString(),
                                    .services = {&service},
                                    .names = {v1::PublishService::service_full_name()}});
  if (!server.ok()) return server.status();
  auto operators = common::OperatorPort::Listen(
      config.metrics, [&] { return telemetry::RenderText(registry); }, &runtime);
  if (!operators.ok()) return operators.status();
  (*log)->Info("ready", {{"grpc_port", (*server)->port()},
                         {"metrics_port", (*operators)->port()},
                         {"notify_port", int{(*publish)->notify_port()}}});

  (*operators)->WaitForStop(**log);
  (*server)->SetServing(false);
  (*publish)->Drain(kGrace * 4 / 5);
  (*server)->Drain(kGrace / 5);
  operators->reset();
  runtime.Stop();
  return absl::OkStatus();
}

}  // namespace
}  // namespace relayfleet::publish

int main(int argc, char** argv) {
  return relayfleet::common::Main("publish", argc, argv, relayfleet::publish::ReadConfig,
                                  relayfleet::publish::Run);
}
