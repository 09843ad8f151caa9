// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/transcoder.h"

#include <algorithm>
#include <memory>
#include <utility>

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
  MethodCall call;
  absl::Duration deadline;
};

http::Response Answer(const Endpoint& endpoint, const grpc::Status& status,
                      google::protobuf::Message* message) {
  return status.ok() ? WriteResponse(endpoint.method, endpoint.options, message)
                     : ErrorResponse(endpoint.options.error_shape(), status);
}

void Serve(const std::shared_ptr<const Endpoint>& endpoint, http::Request request,
           const http::Bindings& bindings, http::Responder responder) {
  CallContext::Options options{.request_id = request.id, .remote = request.remote};
  absl::StatusOr<BuiltRequest> built = BuildRequest(
      endpoint->method, endpoint->options.ignore_unknown(), std::move(request), bindings);
  if (!built.ok()) return responder.Send(Answer(*endpoint, rpc::ToGrpc(built.status()), nullptr));
  options.deadline = absl::Now() + std::max(endpoint->deadline, built->wait + kWaitSlack);
  const auto context = std::make_shared<CallContext>(std::move(options));
  responder.OnGone([context] { context->Cancel(); });
  endpoint->call(
      *std::move(built), context,
      [endpoint, responder = std::move(responder)](
          const grpc::Status& status, std::unique_ptr<google::protobuf::Message> message) mutable {
        responder.Send(Answer(*endpoint, status, message.get()));
      });
}

}  // namespace

absl::Status AddRestRoutes(const google::protobuf::ServiceDescriptor& service,
                           const Methods& methods, absl::Duration deadline, http::Router* router) {
  absl::StatusOr<RestService> rest = ReadRestService(service);
  if (!rest.ok()) return rest.status();
  for (RestMethod& method : rest->methods) {
    absl::StatusOr<MethodCall> call = methods.Find(*method.method);
    if (!call.ok()) return call.status();
    const auto endpoint = std::make_shared<const Endpoint>(
        Endpoint{std::move(method), rest->options, *std::move(call), deadline});
    const absl::Status added =
        router->Add(endpoint->method.http_method, endpoint->method.path,
                    [endpoint](http::Request request, const http::Bindings& bindings,
                               http::Responder responder) {
                      Serve(endpoint, std::move(request), bindings, std::move(responder));
                    });
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::gateway
