// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/service.h"

#include <utility>
#include <vector>

#include "libs/rpc/encoder_convert.h"
#include "libs/rpc/server_pipe.h"
#include "libs/rpc/stage_convert.h"
#include "libs/rpc/status.h"

namespace relayfleet::transcode {

grpc::ServerBidiReactor<v1::TranscodeRequest, v1::TranscodeResponse>* TranscodeService::Transcode(
    grpc::CallbackServerContext* context) {
  auto [reactor, pipe] = rpc::ServePipe<rpc::TranscodeWire>(context);
  stage_->Attach(std::move(pipe));
  return reactor;
}

grpc::ServerUnaryReactor* TranscodeService::ListEncoders(grpc::CallbackServerContext* context,
                                                         const v1::ListEncodersRequest*,
                                                         v1::ListEncodersResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  encoders_->ListEncoders(
      [reactor, response](const absl::StatusOr<std::vector<media::EncoderReport>>& reports) {
        if (!reports.ok()) return reactor->Finish(rpc::ToGrpc(reports.status()));
        for (const media::EncoderReport& report : *reports) {
          *response->add_encoders() = rpc::ToWire(report);
        }
        reactor->Finish(grpc::Status::OK);
      });
  return reactor;
}

}  // namespace relayfleet::transcode
