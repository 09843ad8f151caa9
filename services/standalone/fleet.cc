// SPDX-License-Identifier: Apache-2.0

#include "services/standalone/fleet.h"

#include <utility>
#include <vector>

#include "libs/rpc/channel.h"
#include "libs/telemetry/metrics.h"
#include "services/common/service_main.h"
#include "services/gateway/metrics.h"

namespace relayfleet::standalone {
namespace {

constexpr absl::Duration kGatewayGrace = absl::Seconds(1);
constexpr absl::Duration kIngestGrace = absl::Seconds(2);
constexpr absl::Duration kPublishGrace = absl::Seconds(1);

}  // namespace

Fleet::Fleet(const Options& options, std::shared_ptr<const telemetry::Logger> log)
    : options_(options),
      log_(std::move(log)),
      registry_(std::make_shared<prometheus::Registry>()),
      runtime_(common::ControlThreads(), "fleet") {}

Fleet::~Fleet() { Stop(); }

absl::StatusOr<std::unique_ptr<Fleet>> Fleet::Start(const Options& options,
                                                    std::shared_ptr<const telemetry::Logger> log) {
  std::unique_ptr<Fleet> fleet(new Fleet(options, std::move(log)));
  absl::Status status = fleet->StartStages();
  if (status.ok()) status = fleet->StartMediaServer();
  if (status.ok()) status = fleet->StartApis();
  if (!status.ok()) return status;
  return fleet;
}

absl::Status Fleet::StartStages() {
  const ingest::RelayManager::Options& relays = options_.ingest.relays;
  publish::Publish::Options publish = {.instance = relays.instance_id,
                                       .api_url = options_.mediamtx_api,
                                       .url_policy = relays.rules.target};
  if (options_.mediamtx.has_value()) {
    target_ = *options_.mediamtx;
  } else {
    auto media_server = LocalMediaServer::Create(options_.media_server, log_);
    if (!media_server.ok()) return media_server.status();
    media_server_ = *std::move(media_server);
    auto target = publish::ParseMediaServer(media_server_->rtsp_address());
    if (!target.ok()) return target.status();
    target_ = *std::move(target);
    publish.api_url = media_server_->api_url();
    if (media_server_->tells_of_readers()) publish.notifier.emplace();
  }
  target_.own = true;
  publish.server = target_;
  auto created = publish::Publish::Create(publish, &runtime_, registry_.get(), log_);
  if (!created.ok()) return created.status();
  publish_ = *std::move(created);
  transcode_ = std::make_unique<transcode::Transcode>(
      transcode::Transcode::Options{
          .stage = {.instance = relays.instance_id, .max_sessions = 2 * relays.max_relays},
          .encoders = options_.encoders},
      &runtime_, registry_.get(), log_);
  to_transcode_ = std::make_unique<flow::DirectTranscodeConnector>(transcode_->stage());
  to_publish_ = std::make_unique<flow::DirectPublishConnector>(publish_->stage());
  auto ingest = ingest::Ingest::Create(options_.ingest, {.runtime = runtime_,
                                                         .stages = {*to_transcode_, *to_publish_},
                                                         .encoders = *transcode_->encoders(),
                                                         .registry = registry_,
                                                         .log = log_});
  if (!ingest.ok()) return ingest.status();
  ingest_ = *std::move(ingest);
  return absl::OkStatus();
}

absl::Status Fleet::StartMediaServer() {
  if (media_server_ == nullptr) return absl::OkStatus();
  prometheus::Counter& restarts =
      telemetry::MetricMaker(registry_, "standalone")
          .Counter("mediamtx_restarts", "Times that MediaMTX died and was started again.")
          .Add({});
  return media_server_->Start(
      publish_->notify_port(), [stage = publish_->stage()] { stage->OnServerUp(); },
      [&restarts] { restarts.Increment(); });
}

absl::Status Fleet::StartApis() {
  auto server = rpc::Server::Start({.listen = "", .services = {ingest_->service()}});
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  gateway::Gateway::Options options = options_.gateway;
  options.observer = std::make_shared<gateway::Metrics>(registry_, log_);
  gateway_ = std::make_unique<gateway::Gateway>(
      options, std::make_shared<rpc::ChannelPool>(std::vector{server_->InProcessChannel()}),
      &runtime_);
  if (absl::Status status = gateway_->Start(); !status.ok()) return status;
  auto operators = common::OperatorPort::Listen(
      options_.metrics,
      [this] {
        ingest_->RefreshMetrics();
        return telemetry::RenderText(*registry_);
      },
      &runtime_);
  if (!operators.ok()) return operators.status();
  operators_ = *std::move(operators);
  const auto ports = gateway_->ports();
  log_->Info("ready", {{"robot_relay_port", ports.robot_relay},
                       {"rest_port", ports.rest},
                       {"grpc_port", ports.grpc},
                       {"metrics_port", operators_->port()},
                       {"rtsp", target_.Name()}});
  return absl::OkStatus();
}

void Fleet::Stop() {
  if (std::exchange(stopped_, true)) return;
  if (operators_ != nullptr) operators_->SetStopping();
  if (gateway_ != nullptr) gateway_->Drain(kGatewayGrace);
  // Answers who waits for a frame or for readiness, so that the server has nobody left to serve.
  if (ingest_ != nullptr) ingest_->Drain(kIngestGrace);
  if (server_ != nullptr) server_->Drain(absl::ZeroDuration());
  if (publish_ != nullptr) publish_->Drain(kPublishGrace);
  operators_ = nullptr;
  gateway_ = nullptr;
  server_ = nullptr;
  if (media_server_ != nullptr) media_server_->Stop();
  runtime_.Stop();
  ingest_ = nullptr;
}

Places Fleet::places() const {
  const auto api = gateway_->ports();
  Places places = {.listen = options_.gateway.listen,
                   .robot_relay_port = api.robot_relay,
                   .rest_port = api.rest,
                   .grpc_port = api.grpc,
                   .rtsp_url = target_.ReaderUrl("KEY"),
                   .names = OwnNames()};
  if (media_server_ == nullptr || !media_server_->own_config()) return places;
  places.webrtc_port = media_server_->ports().webrtc_port;
  places.hls_port = media_server_->ports().hls_port;
  return places;
}

}  // namespace relayfleet::standalone
