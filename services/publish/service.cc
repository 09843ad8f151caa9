// SPDX-License-Identifier: Apache-2.0

#include "services/publish/service.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/base/key.h"
#include "libs/rpc/server_pipe.h"
#include "libs/rpc/stage_convert.h"
#include "libs/rpc/status.h"

namespace relayfleet::publish {
namespace {

v1::Path ToWire(const PathStatus& status) {
  v1::Path wire;
  wire.set_path(status.path);
  wire.set_online(status.online);
  wire.set_epoch(status.epoch);
  wire.set_packets_written(status.packets_written);
  wire.set_packets_dropped(status.packets_dropped);
  wire.set_sessions(status.sessions);
  wire.set_last_error(status.last_error);
  wire.set_attached(status.attached);
  return wire;
}

absl::StatusOr<PathStatus> Find(const PublishStageImpl& stage, const std::string& path) {
  if (const absl::Status valid = base::ValidateKey(path); !valid.ok()) return valid;
  return stage.GetPath(path);
}

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(rpc::ToGrpc(status));
  return reactor;
}

}  // namespace

grpc::ServerBidiReactor<v1::PublishRequest, v1::PublishResponse>* PublishService::Publish(
    grpc::CallbackServerContext* context) {
  auto [reactor, pipe] = rpc::ServePipe<rpc::PublishWire>(context);
  stage_->Attach(std::move(pipe));
  return reactor;
}

grpc::ServerUnaryReactor* PublishService::GetPath(grpc::CallbackServerContext* context,
                                                  const v1::GetPathRequest* request,
                                                  v1::GetPathResponse* response) {
  const auto status = Find(*stage_, request->path());
  if (status.ok()) *response->mutable_path() = ToWire(*status);
  return Answer(context, status.status());
}

grpc::ServerUnaryReactor* PublishService::ListPaths(grpc::CallbackServerContext* context,
                                                    const v1::ListPathsRequest* /*request*/,
                                                    v1::ListPathsResponse* response) {
  for (const PathStatus& status : stage_->ListPaths()) *response->add_paths() = ToWire(status);
  return Answer(context, absl::OkStatus());
}

}  // namespace relayfleet::publish
