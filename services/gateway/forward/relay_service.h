// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_FORWARD_RELAY_SERVICE_H_
#define RELAYFLEET_SERVICES_GATEWAY_FORWARD_RELAY_SERVICE_H_

#include <memory>

#include "libs/rpc/channel.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/gateway/forward/call_meter.h"

namespace relayfleet::gateway {

// RelayService with all its methods taken as bytes, under its own name for reflection.
using RawRelayService = relay::v1::RelayService::WithRawCallbackMethod_CreateRelay<
    relay::v1::RelayService::WithRawCallbackMethod_GetRelay<
        relay::v1::RelayService::WithRawCallbackMethod_ListRelays<
            relay::v1::RelayService::WithRawCallbackMethod_DeleteRelay<
                relay::v1::RelayService::WithRawCallbackMethod_StopAllRelays<
                    relay::v1::RelayService::WithRawCallbackMethod_WaitUntilReady<
                        relay::v1::RelayService::WithRawCallbackMethod_PushFrame<
                            relay::v1::RelayService::WithRawCallbackMethod_PushFrames<
                                relay::v1::RelayService::WithRawCallbackMethod_PushPackets<
                                    relay::v1::RelayService::WithRawCallbackMethod_UpdateRelay<
                                        relay::v1::RelayService::WithRawCallbackMethod_WatchRelays<
                                            relay::v1::RelayService::
                                                WithRawCallbackMethod_ListEncoders<
                                                    relay::v1::RelayService::Service>>>>>>>>>>>>;

// Passes RelayService on to `channels`: messages as they are, unread and uncopied, with the
// caller's deadline, cancellation and request id; the callee's status with its details comes back.
// Outlives its server. Thread-safe.
class ForwardingRelayService final : public RawRelayService {
 public:
  // `observer` may be null.
  ForwardingRelayService(std::shared_ptr<rpc::ChannelPool> channels,
                         std::shared_ptr<Observer> observer);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;
  grpc::ServerUnaryReactor* CreateRelay(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetRelay(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListRelays(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* DeleteRelay(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* StopAllRelays(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* WaitUntilReady(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* PushFrame(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* UpdateRelay(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListEncoders(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerBidiReactor<Bytes, Bytes>* PushFrames(Context* context) override;
  grpc::ServerBidiReactor<Bytes, Bytes>* PushPackets(Context* context) override;
  grpc::ServerWriteReactor<Bytes>* WatchRelays(Context* context, const Bytes* in) override;

 private:
  grpc::ServerUnaryReactor* Forward(const char* method, Context* context, const Bytes* in,
                                    Bytes* out);
  // `method` is a literal: the meter keeps it.
  grpc::ServerBidiReactor<Bytes, Bytes>* ForwardBidi(const char* method, Context* context);

  const std::shared_ptr<rpc::ChannelPool> channels_;
  const std::shared_ptr<Observer> observer_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_FORWARD_RELAY_SERVICE_H_
