// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/channel.h"

#include <utility>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace relayfleet::rpc {
namespace {

grpc::ChannelArguments Arguments(const ChannelPool::Options& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  // A stage that comes back must be found within a frame or two.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  // Despite its name the time that one attempt may take: a frozen peer accepts and says nothing.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  // A host that vanished sends no reset.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Otherwise channels with equal arguments share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

std::shared_ptr<ChannelPool> ChannelPool::Dial(const std::string& target) {
  return Dial(target, Options());
}

std::shared_ptr<ChannelPool> ChannelPool::Dial(const std::string& target, const Options& options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  channels.reserve(options.channels);
  for (int i = 0; i < options.channels; ++i) {
    channels.push_back(
        grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), Arguments(options)));
  }
  return std::make_shared<ChannelPool>(std::move(channels));
}

ChannelPool::ChannelPool(std::vector<std::shared_ptr<grpc::Channel>> channels)
    : channels_(std::move(channels)) {}

std::shared_ptr<grpc::Channel> ChannelPool::Next() {
  return channels_[next_.fetch_add(1, std::memory_order_relaxed) % channels_.size()];
}

}  // namespace relayfleet::rpc
