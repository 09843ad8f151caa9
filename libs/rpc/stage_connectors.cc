// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/stage_connectors.h"

#include "libs/rpc/client_pipe.h"
#include "libs/rpc/stage_convert.h"
#include "relayfleet/publish/v1/publish.grpc.pb.h"
#include "relayfleet/transcode/v1/transcode.grpc.pb.h"

namespace relayfleet::rpc {

std::unique_ptr<flow::ToTranscode> GrpcTranscodeConnector::Connect() {
  auto stub = transcode::v1::TranscodeService::NewStub(channels_->Next());
  return DialPipe<TranscodeWire>(
      [stub = std::move(stub)](grpc::ClientContext* context, auto* reactor) {
        stub->async()->Transcode(context, reactor);
      });
}

std::unique_ptr<flow::ToPublish> GrpcPublishConnector::Connect() {
  auto stub = publish::v1::PublishService::NewStub(channels_->Next());
  return DialPipe<PublishWire>(
      [stub = std::move(stub)](grpc::ClientContext* context, auto* reactor) {
        stub->async()->Publish(context, reactor);
      });
}

}  // namespace relayfleet::rpc
