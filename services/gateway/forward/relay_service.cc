// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/forward/relay_service.h"

#include <grpcpp/generic/generic_stub.h>

#include <string>
#include <utility>

#include "libs/rpc/request_id.h"
#include "services/gateway/forward/bidi.h"
#include "services/gateway/forward/down.h"
#include "services/gateway/on_behalf_of.h"
#include "services/gateway/upstream_status.h"

namespace relayfleet::gateway {
namespace {

// One unary call under way.
struct Call {
  std::unique_ptr<grpc::ClientContext> context;
  CallMeter meter;
};

}  // namespace

ForwardingRelayService::ForwardingRelayService(std::shared_ptr<rpc::ChannelPool> channels,
                                               std::shared_ptr<Observer> observer)
    : channels_(std::move(channels)), observer_(std::move(observer)) {}

grpc::ServerUnaryReactor* ForwardingRelayService::Forward(const char* method, Context* context,
                                                          const Bytes* in, Bytes* out) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const std::string id = rpc::RequestId(*context);
  auto call = std::make_shared<Call>(
      Call{OnBehalfOf(*context, id), CallMeter(observer_, method, id, *context)});
  grpc::GenericStub stub(channels_->Next());
  stub.UnaryCall(call->context.get(), method, grpc::StubOptions(), in, out,
                 [call, reactor](const grpc::Status& status) {
                   call->meter.Done(status);
                   reactor->Finish(FromUpstream(status));
                 });
  return reactor;
}

grpc::ServerUnaryReactor* ForwardingRelayService::CreateRelay(Context* context, const Bytes* in,
                                                              Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/CreateRelay", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::GetRelay(Context* context, const Bytes* in,
                                                           Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/GetRelay", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::ListRelays(Context* context, const Bytes* in,
                                                             Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/ListRelays", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::DeleteRelay(Context* context, const Bytes* in,
                                                              Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/DeleteRelay", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::StopAllRelays(Context* context, const Bytes* in,
                                                                Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/StopAllRelays", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::WaitUntilReady(Context* context, const Bytes* in,
                                                                 Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/WaitUntilReady", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::PushFrame(Context* context, const Bytes* in,
                                                            Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/PushFrame", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::UpdateRelay(Context* context, const Bytes* in,
                                                              Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/UpdateRelay", context, in, out);
}

grpc::ServerUnaryReactor* ForwardingRelayService::ListEncoders(Context* context, const Bytes* in,
                                                               Bytes* out) {
  return Forward("/relayfleet.relay.v1.RelayService/ListEncoders", context, in, out);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ForwardingRelayService::ForwardBidi(
    const char* method, Context* context) {
  const std::string id = rpc::RequestId(*context);
  grpc::GenericStub stub(channels_->Next());
  return StartForwardingBidi(method, OnBehalfOf(*context, id),
                             CallMeter(observer_, method, id, *context), &stub);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ForwardingRelayService::PushFrames(
    Context* context) {
  return ForwardBidi("/relayfleet.relay.v1.RelayService/PushFrames", context);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ForwardingRelayService::PushPackets(
    Context* context) {
  return ForwardBidi("/relayfleet.relay.v1.RelayService/PushPackets", context);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ForwardingRelayService::WatchRelays(Context* context,
                                                                                const Bytes* in) {
  static constexpr char kMethod[] = "/relayfleet.relay.v1.RelayService/WatchRelays";
  const std::string id = rpc::RequestId(*context);
  grpc::GenericStub stub(channels_->Next());
  return StartForwardingDown(kMethod, OnBehalfOf(*context, id),
                             CallMeter(observer_, kMethod, id, *context), *in, &stub);
}

}  // namespace relayfleet::gateway
