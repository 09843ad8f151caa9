// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_

#include "grpcpp/support/server_callback.h"
#include "libs/flow/stages.h"
#include "relayfleet/transcode/v1/transcode.grpc.pb.h"

namespace relayfleet::transcode {

// transcode.v1.TranscodeService: each Transcode call is a pipe for the stage, which does the rest.
// Both it is given outlive it. Thread-safe.
class TranscodeService final : public v1::TranscodeService::CallbackService {
 public:
  TranscodeService(flow::TranscodeStage* stage, flow::EncoderLister* encoders)
      : stage_(stage), encoders_(encoders) {}

  grpc::ServerBidiReactor<v1::TranscodeRequest, v1::TranscodeResponse>* Transcode(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ListEncoders(grpc::CallbackServerContext* context,
                                         const v1::ListEncodersRequest* request,
                                         v1::ListEncodersResponse* response) override;

 private:
  flow::TranscodeStage* const stage_;
  flow::EncoderLister* const encoders_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_
