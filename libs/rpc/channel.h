// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_CHANNEL_H_
#define RELAYFLEET_LIBS_RPC_CHANNEL_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/channel.h"

namespace relayfleet::rpc {

// The channels to one peer, handed out in turn: streams of one connection share its flow control
// and its thread, several connections don't. They connect when first used, reconnect after 100 to
// 500 ms, and notice a dead peer by keepalive. Thread-safe.
class ChannelPool {
 public:
  struct Options {
    int channels = 4;
    // Largest message either way.
    int max_message_bytes = 16 << 20;
  };

  // To `target`: "HOST:PORT", or another gRPC name.
  static std::shared_ptr<ChannelPool> Dial(const std::string& target, const Options& options);
  static std::shared_ptr<ChannelPool> Dial(const std::string& target);

  // Of channels made elsewhere (in the process); at least one.
  explicit ChannelPool(std::vector<std::shared_ptr<grpc::Channel>> channels);

  std::shared_ptr<grpc::Channel> Next();

 private:
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_CHANNEL_H_
