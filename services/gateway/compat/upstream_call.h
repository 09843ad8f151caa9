// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_
#define RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <utility>

#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/gateway/on_behalf_of.h"

namespace relayfleet::gateway {

// Makes one unary call of RelayService and calls `done(status, response)` on a gRPC thread.
template <typename Request, typename Response, typename Done>
void CallRelayService(grpc::CallbackServerContext* caller, relay::v1::RelayService::Stub* stub,
                      void (relay::v1::RelayService::StubInterface::async_interface::*method)(
                          grpc::ClientContext*, const Request*, Response*,
                          std::function<void(grpc::Status)>),
                      Request request, Done done) {
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    Request request;
    Response response;
  };
  auto call = std::make_shared<Call>(Call{OnBehalfOf(*caller), std::move(request), Response()});
  relay::v1::RelayService::StubInterface::async_interface* async = stub->async();
  (async->*method)(
      call->context.get(), &call->request, &call->response,
      [call, done = std::move(done)](const grpc::Status& status) { done(status, call->response); });
}

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_COMPAT_UPSTREAM_CALL_H_
