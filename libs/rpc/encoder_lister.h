// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_ENCODER_LISTER_H_
#define RELAYFLEET_LIBS_RPC_ENCODER_LISTER_H_

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "libs/flow/stages.h"
#include "libs/rpc/channel.h"

namespace relayfleet::rpc {

// Asks a transcode service over gRPC which encoders it has. Thread-safe; calls under way outlive
// it.
class GrpcEncoderLister final : public flow::EncoderLister {
 public:
  // Trying encoders takes a peer that has just started a while.
  static constexpr absl::Duration kDeadline = absl::Seconds(10);

  explicit GrpcEncoderLister(std::shared_ptr<ChannelPool> channels)
      : channels_(std::move(channels)) {}

  void ListEncoders(Done done) override;

 private:
  const std::shared_ptr<ChannelPool> channels_;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_ENCODER_LISTER_H_
