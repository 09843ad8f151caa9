// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/server.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/channelz_service_plugin.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/server_builder.h"
#include "libs/base/errors.h"

namespace relayfleet::rpc {
namespace {

// gRPC keeps these as switches of the process; turning them on again changes nothing.
void TurnOnPlugins(bool channelz) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  if (channelz) grpc::channelz::experimental::InitChannelzService();
}

void SetArguments(const Server::Options& options, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(options.max_message_bytes);
  builder->SetMaxSendMessageSize(options.max_message_bytes);
  // Two servers on one port would share its calls: no error, but every other call astray.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3'000);
  // Our own clients ping each 10 s; the default calls that abuse.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options) {
  TurnOnPlugins(options.channelz);
  grpc::ServerBuilder builder;
  SetArguments(options, &builder);
  int port = 0;
  const bool listens = !options.listen.empty();
  if (listens) {
    builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(), &port);
  }
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || (listens && port == 0)) {
    return base::CannotListen(options.listen, "the port is taken, or the address is not ours");
  }
  auto result = absl::WrapUnique(new Server(std::move(server), port, options));
  result->SetServing(true);
  return result;
}

Server::Server(std::unique_ptr<grpc::Server> server, int port, const Options& options)
    : port_(port),
      names_(options.names),
      max_message_bytes_(options.max_message_bytes),
      server_(std::move(server)) {}

Server::~Server() { Drain(absl::ZeroDuration()); }

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  for (const std::string& name : names_) health->SetServingStatus(name, serving);
  health->SetServingStatus("", serving);
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(max_message_bytes_);
  arguments.SetMaxSendMessageSize(max_message_bytes_);
  return server_->InProcessChannel(arguments);
}

void Server::Drain(absl::Duration grace) {
  // For good: what sets a status later changes nothing.
  server_->GetHealthCheckService()->Shutdown();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
}

}  // namespace relayfleet::rpc
