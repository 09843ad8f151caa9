// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_SERVICE_H_
#define RELAYFLEET_SERVICES_PUBLISH_SERVICE_H_

#include "grpcpp/support/server_callback.h"
#include "relayfleet/publish/v1/publish.grpc.pb.h"
#include "services/publish/stage.h"

namespace relayfleet::publish {

// publish.v1.PublishService: each Publish call is a pipe for the stage, which does the rest. The
// stage outlives it. Thread-safe.
class PublishService final : public v1::PublishService::CallbackService {
 public:
  explicit PublishService(PublishStageImpl* stage) : stage_(stage) {}

  grpc::ServerBidiReactor<v1::PublishRequest, v1::PublishResponse>* Publish(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetPath(grpc::CallbackServerContext* context,
                                    const v1::GetPathRequest* request,
                                    v1::GetPathResponse* response) override;
  grpc::ServerUnaryReactor* ListPaths(grpc::CallbackServerContext* context,
                                      const v1::ListPathsRequest* request,
                                      v1::ListPathsResponse* response) override;

 private:
  PublishStageImpl* const stage_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_SERVICE_H_
