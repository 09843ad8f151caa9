// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_CHANNEL_METHODS_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_CHANNEL_METHODS_H_

#include <utility>

#include "services/gateway/engine/methods.h"
#include "services/gateway/upstream.h"

namespace relayfleet::gateway {

// All methods that ingest serves, called over gRPC. A raw body goes on the wire uncopied.
class ChannelMethods final : public Methods {
 public:
  explicit ChannelMethods(Upstream upstream) : upstream_(std::move(upstream)) {}

  absl::StatusOr<MethodCall> Find(const google::protobuf::MethodDescriptor& method) const override;

 private:
  const Upstream upstream_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_CHANNEL_METHODS_H_
