// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "absl/cleanup/cleanup.h"
#include "libs/base/thread_runtime.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/encoder_lister.h"
#include "libs/rpc/server.h"
#include "libs/rpc/stage_connectors.h"
#include "libs/telemetry/metrics.h"
#include "services/common/operator_port.h"
#include "services/common/service_main.h"
#include "services/ingest/config.h"
#include "services/ingest/ingest.h"

namespace relayfleet::ingest {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(5);

absl::Status Run(const Config& config) {
  const auto log = telemetry::CreateLogger(config.log);
  if (!log.ok()) return log.status();
  auto registry = std::make_shared<prometheus::Registry>();
  const auto to_transcode = rpc::ChannelPool::Dial(config.transcode);
  rpc::GrpcTranscodeConnector transcode(to_transcode);
  rpc::GrpcEncoderLister encoders(to_transcode);
  rpc::GrpcPublishConnector publish(rpc::ChannelPool::Dial(config.publish));
  base::ThreadRuntime runtime(common::ControlThreads(), "ingest");
  const auto ingest = Ingest::Create(config.ingest, {.runtime = runtime,
                                                     .stages = {transcode, publish},
                                                     .encoders = encoders,
                                                     .registry = registry,
                                                     .log = *log});
  if (!ingest.ok()) return ingest.status();
  // Relays run already: whatever way this ends, their threads end before what they use.
  const absl::Cleanup stop = [&runtime] { runtime.Stop(); };
  auto server = rpc::Server::Start({.listen = config.listen.ToString(),
                                    .services = {(*ingest)->service()},
                                    .names = {"relayfleet.relay.v1.RelayService"}});
  if (!server.ok()) return server.status();
  auto operators = common::OperatorPort::Listen(
      config.metrics,
      [&] {
        (*ingest)->RefreshMetrics();
        return telemetry::RenderText(*registry);
      },
      &runtime);
  if (!operators.ok()) return operators.status();
  (*log)->Info("ready", {{"grpc_port", (*server)->port()}, {"metrics_port", (*operators)->port()}});

  (*operators)->WaitForStop(**log);
  (*server)->SetServing(false);
  (*ingest)->Drain(kGrace / 2);
  (*server)->Drain(kGrace / 2);
  operators->reset();
  return absl::OkStatus();
}

}  // namespace
}  // namespace relayfleet::ingest

int main(int argc, char** argv) {
  return relayfleet::common::Main("ingest", argc, argv, relayfleet::ingest::ReadConfig,
                                  relayfleet::ingest::Run);
}
