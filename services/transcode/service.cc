// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/service.h"

#include <utility>

#include "libs/rpc/server_pipe.h"
#include "libs/rpc/stage_convert.h"

namespace relayfleet::transcode {

grpc::ServerBidiReactor<v1::TranscodeRequest, v1::TranscodeResponse>* TranscodeService::Transcode(
    grpc::CallbackServerContext* context) {
  auto [reactor, pipe] = rpc::ServePipe<rpc::TranscodeWire>(context);
  stage_->Attach(std::move(pipe));
  return reactor;
}

}  // namespace relayfleet::transcode
