// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/gateway.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "libs/base/limits.h"
#include "libs/http/router.h"
#include "libs/http/server.h"
#include "libs/rpc/server.h"
#include "services/common/config.h"
#include "services/gateway/api_observer.h"
#include "services/gateway/compat/robot_relay.h"
#include "services/gateway/engine/channel_methods.h"
#include "services/gateway/engine/status_map.h"
#include "services/gateway/engine/transcoder.h"
#include "services/gateway/forward/relay_service.h"
#include "services/gateway/health_routes.h"

namespace relayfleet::gateway {
namespace {

constexpr char kRobotRelayService[] = "relayfleet.rest.v1.RobotRelayService";
constexpr char kRelayService[] = "relayfleet.relay.v1.RelayService";

// Limits of bodies and pictures are one; what surrounds a picture in a message has room above it.
http::Server::Options HttpOptions(rest::v1::ErrorShape shape, const char* api,
                                  const std::shared_ptr<Observer>& observer) {
  http::Server::Options options;
  options.body_limit = base::kMaxBodyBytes;
  options.error = ErrorWriterOf(shape);
  if (observer != nullptr) options.observer = std::make_shared<ApiObserver>(api, observer);
  return options;
}

rest::v1::ErrorShape ShapeOf(const google::protobuf::ServiceDescriptor& service) {
  return service.options().GetExtension(rest::v1::service).error_shape();
}

const google::protobuf::ServiceDescriptor& ServiceNamed(const char* name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

}  // namespace

class Gateway::Impl {
 public:
  Impl(Options options, std::shared_ptr<rpc::ChannelPool> ingest, base::ThreadRuntime* runtime)
      : options_(std::move(options)),
        ingest_(std::move(ingest)),
        runtime_(runtime),
        forward_(ingest_, options_.observer),
        robot_router_(ErrorWriterOf(ShapeOf(ServiceNamed(kRobotRelayService)))),
        rest_router_(ErrorWriterOf(ShapeOf(ServiceNamed(kRelayService)))) {}

  absl::Status Start() {
    absl::Status status = StartRobotRelay();
    if (status.ok()) status = StartRest();
    if (status.ok()) status = StartGrpc();
    return status;
  }

  Ports ports() const {
    return {.robot_relay = robot_http_ == nullptr ? 0 : robot_http_->port(),
            .rest = rest_http_ == nullptr ? 0 : rest_http_->port(),
            .grpc = grpc_ == nullptr ? 0 : grpc_->port()};
  }

  // From the outside in: what is under way may still need the servers behind.
  void Drain(absl::Duration grace) {
    draining_ = true;
    const base::Clock& clock = runtime_->clock();
    const absl::Duration end = clock.Monotonic() + grace;
    const auto left = [&] { return std::max(end - clock.Monotonic(), absl::ZeroDuration()); };
    if (grpc_ != nullptr) grpc_->SetServing(false);
    if (robot_http_ != nullptr) robot_http_->Drain(left());
    if (rest_http_ != nullptr) rest_http_->Drain(left());
    if (grpc_ != nullptr) std::exchange(grpc_, nullptr)->Drain(left());
  }

 private:
  absl::Status StartRobotRelay() {
    const auto& service = ServiceNamed(kRobotRelayService);
    const absl::Status added = AddRestRoutes(
        service,
        RobotRelay::Serve(Upstream(ingest_),
                          {.target = options_.url_policy, .relay_fps = options_.relay_fps}),
        options_.call_deadline, &robot_router_);
    if (!added.ok()) return added;
    return Listen("robot_relay", options_.robot_relay, ShapeOf(service), &robot_router_,
                  &robot_http_);
  }

  absl::Status StartRest() {
    const auto& service = ServiceNamed(kRelayService);
    absl::Status status = AddRestRoutes(service, ChannelMethods(Upstream(ingest_)),
                                        options_.call_deadline, &rest_router_);
    status.Update(AddHealthRoutes(ingest_->Next(), &draining_, &rest_router_));
    if (!status.ok()) return status;
    return Listen("rest", options_.rest, ShapeOf(service), &rest_router_, &rest_http_);
  }

  absl::Status StartGrpc() {
    auto server = rpc::Server::Start(
        {.listen = common::Endpoint{options_.listen, options_.grpc.value}.ToString(),
         .services = {&forward_},
         .names = {kRelayService},
         .max_message_bytes = base::kMaxGrpcMessageBytes});
    if (!server.ok()) return Skip("grpc", options_.grpc, server.status());
    grpc_ = *std::move(server);
    return absl::OkStatus();
  }

  absl::Status Listen(const char* api, const Port& port, rest::v1::ErrorShape shape,
                      const http::Router* router, std::unique_ptr<http::Server>* server) {
    auto listening = http::Server::Listen(
        options_.listen, port.value, HttpOptions(shape, api, options_.observer),
        [router](http::Request request, http::Responder responder) {
          router->Handle(std::move(request), std::move(responder));
        },
        runtime_);
    if (!listening.ok()) return Skip(api, port, listening.status());
    *server = *std::move(listening);
    return absl::OkStatus();
  }

  // Only a port that was not asked for may be given up; a bad address never.
  absl::Status Skip(const char* api, const Port& port, const absl::Status& why) {
    if (port.is_explicit || absl::IsInvalidArgument(why)) return why;
    if (options_.observer != nullptr) options_.observer->OnPortSkipped(api, why);
    return absl::OkStatus();
  }

  const Options options_;
  const std::shared_ptr<rpc::ChannelPool> ingest_;
  base::ThreadRuntime* const runtime_;
  std::atomic<bool> draining_ = false;
  ForwardingRelayService forward_;
  http::Router robot_router_;
  http::Router rest_router_;
  std::unique_ptr<http::Server> robot_http_;
  std::unique_ptr<http::Server> rest_http_;
  std::unique_ptr<rpc::Server> grpc_;
};

Gateway::Gateway(Options options, std::shared_ptr<rpc::ChannelPool> ingest,
                 base::ThreadRuntime* runtime)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(ingest), runtime)) {}

Gateway::~Gateway() { Drain(absl::ZeroDuration()); }

absl::Status Gateway::Start() { return impl_->Start(); }

Gateway::Ports Gateway::ports() const { return impl_->ports(); }

void Gateway::Drain(absl::Duration grace) { impl_->Drain(grace); }

}  // namespace relayfleet::gateway
