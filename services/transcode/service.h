// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_

#include "grpcpp/support/server_callback.h"
#include "libs/flow/stages.h"
#include "relayfleet/transcode/v1/transcode.grpc.pb.h"

namespace relayfleet::transcode {

// transcode.v1.TranscodeService: each call is a pipe for the stage, which does the rest. The
// stage outlives it. Thread-safe.
class TranscodeService final : public v1::TranscodeService::CallbackService {
 public:
  explicit TranscodeService(flow::TranscodeStage* stage) : stage_(stage) {}

  grpc::ServerBidiReactor<v1::TranscodeRequest, v1::TranscodeResponse>* Transcode(
      grpc::CallbackServerContext* context) override;

 private:
  flow::TranscodeStage* const stage_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SERVICE_H_
