// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_STAGE_CONNECTORS_H_
#define RELAYFLEET_LIBS_RPC_STAGE_CONNECTORS_H_

#include <memory>
#include <utility>

#include "libs/flow/stages.h"
#include "libs/rpc/channel.h"

namespace relayfleet::rpc {

// Opens transcode sessions on a peer over gRPC, each as one call on the next of its channels. A
// peer that can't be reached shows as on_closed(UNAVAILABLE). Thread-safe.
class GrpcTranscodeConnector final : public flow::TranscodeConnector {
 public:
  explicit GrpcTranscodeConnector(std::shared_ptr<ChannelPool> channels)
      : channels_(std::move(channels)) {}
  std::unique_ptr<flow::ToTranscode> Connect() override;

 private:
  const std::shared_ptr<ChannelPool> channels_;
};

// The same for publish sessions.
class GrpcPublishConnector final : public flow::PublishConnector {
 public:
  explicit GrpcPublishConnector(std::shared_ptr<ChannelPool> channels)
      : channels_(std::move(channels)) {}
  std::unique_ptr<flow::ToPublish> Connect() override;

 private:
  const std::shared_ptr<ChannelPool> channels_;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_STAGE_CONNECTORS_H_
