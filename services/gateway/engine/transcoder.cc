// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/transcoder.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/rpc/status.h"
#include "services/gateway/engine/request_builder.h"
#include "services/gateway/engine/response_writer.h"
#include "services/gateway/engine/rest_service.h"
#include "services/gateway/engine/status_map.h"

namespace relayfleet::gateway {
namespace {

// A call that waits answers by itself when its wait is over; this is for the way there and back.
constexpr absl::Duration kWaitSlack = absl::Seconds(5);

// One route.
struct Endpoint {
  RestMethod method;
  rest::v1::ServiceRest options;
  std::string grpc_method;
  grpc::GenericStub stub;
  absl::Duration deadline;
};

// One call; its completion holds it.
struct Call {
  explicit Call(http::Responder to) : responder(std::move(to)) {}

  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  http::Responder responder;
};

void SetMetadata(const http::Request& request, grpc::ClientContext* context) {
  if (!request.id.empty()) context->AddMetadata("x-request-id", request.id);
  if (!request.remote.empty()) context->AddMetadata("x-forwarded-for", request.remote);
}

void Answer(const Endpoint& endpoint, const grpc::Status& status, Call* call) {
  call->responder.Send(status.ok()
                           ? WriteResponse(endpoint.method, endpoint.options, call->response)
                           : ErrorResponse(endpoint.options.error_shape(), status));
}

void Serve(const std::shared_ptr<Endpoint>& endpoint, http::Request request,
           const http::Bindings& bindings, http::Responder responder) {
  auto call = std::make_shared<Call>(std::move(responder));
  SetMetadata(request, &call->context);
  absl::StatusOr<BuiltRequest> built = BuildRequest(
      endpoint->method, endpoint->options.ignore_unknown(), std::move(request), bindings);
  if (!built.ok()) return Answer(*endpoint, rpc::ToGrpc(built.status()), call.get());
  call->request.Swap(&built->wire);
  const absl::Duration limit = std::max(endpoint->deadline, built->wait + kWaitSlack);
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  call->responder.OnGone([weak = std::weak_ptr<Call>(call)] {
    if (const auto gone = weak.lock()) gone->context.TryCancel();
  });
  endpoint->stub.UnaryCall(
      &call->context, endpoint->grpc_method, grpc::StubOptions(), &call->request, &call->response,
      [endpoint, call](const grpc::Status& status) { Answer(*endpoint, status, call.get()); });
}

}  // namespace

absl::Status AddRestRoutes(const google::protobuf::ServiceDescriptor& service,
                           std::shared_ptr<grpc::Channel> channel, absl::Duration deadline,
                           http::Router* router) {
  absl::StatusOr<RestService> rest = ReadRestService(service);
  if (!rest.ok()) return rest.status();
  for (RestMethod& method : rest->methods) {
    const std::string http_method = method.http_method;
    const std::string path = method.path;
    std::string grpc_method = absl::StrCat("/", service.full_name(), "/", method.method->name());
    auto endpoint = std::make_shared<Endpoint>(Endpoint{std::move(method), rest->options,
                                                        std::move(grpc_method),
                                                        grpc::GenericStub(channel), deadline});
    const absl::Status added =
        router->Add(http_method, path,
                    [endpoint](http::Request request, const http::Bindings& bindings,
                               http::Responder responder) {
                      Serve(endpoint, std::move(request), bindings, std::move(responder));
                    });
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::gateway
