// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/compat/robot_relay.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "services/gateway/compat/robot_relay_rules.h"
#include "services/gateway/compat/upstream_call.h"

namespace relayfleet::gateway {
namespace {

using Upstream = relay::v1::RelayService::StubInterface::async_interface;

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

// A key that can't exist is like one that does not.
bool IsUnknown(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::NOT_FOUND ||
         status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
}

// The API knows only one way to say that a key takes no frames.
grpc::Status PushStatus(const grpc::Status& status, const relay::v1::PushFrameResponse& response) {
  if (status.ok()) return rpc::ToGrpc(PushResult(response));
  if (status.error_code() != grpc::StatusCode::FAILED_PRECONDITION) return status;
  return {grpc::StatusCode::NOT_FOUND, status.error_message()};
}

}  // namespace

RobotRelay::RobotRelay(const std::shared_ptr<grpc::Channel>& ingest, base::UrlPolicy policy)
    : stub_(relay::v1::RelayService::NewStub(ingest)), policy_(std::move(policy)) {}

grpc::ServerUnaryReactor* RobotRelay::Health(grpc::CallbackServerContext* context,
                                             const rest::v1::HealthRequest*,
                                             rest::v1::HealthResponse* response) {
  response->set_status("ok");
  return Answer(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* RobotRelay::ListRelays(grpc::CallbackServerContext* context,
                                                 const rest::v1::ListRelaysRequest*,
                                                 rest::v1::ListRelaysResponse* response) {
  relay::v1::ListRelaysRequest list;
  list.set_origin(kRobotRelayOrigin);
  auto* reactor = context->DefaultReactor();
  CallRelayService(
      context, stub_.get(), &Upstream::ListRelays, std::move(list),
      [reactor, response](const grpc::Status& status, const relay::v1::ListRelaysResponse& listed) {
        for (const auto& relay : listed.relays()) {
          (*response->mutable_relays())[relay.key()] = Listed(relay);
        }
        reactor->Finish(status);
      });
  return reactor;
}

grpc::ServerUnaryReactor* RobotRelay::StartRelay(grpc::CallbackServerContext* context,
                                                 const rest::v1::StartRelayRequest* request,
                                                 rest::v1::StartRelayResponse* response) {
  const absl::StatusOr<RobotRelayType> type = CheckStart(*request, policy_);
  if (!type.ok()) return Answer(context, rpc::ToGrpc(type.status()));
  response->set_key(request->key());
  response->set_rtsp_path(absl::StrCat("/", request->key()));
  auto* reactor = context->DefaultReactor();
  if (*type == RobotRelayType::kExternalRtsp) {
    StartExternal(context, request->key(), reactor);
    return reactor;
  }
  CallRelayService(context, stub_.get(), &Upstream::CreateRelay, RobotCamera(*request),
                   [reactor](const grpc::Status& status, const relay::v1::CreateRelayResponse&) {
                     // Whatever spec it runs with, it runs: that is what the caller wants.
                     const bool runs = status.error_code() == grpc::StatusCode::ALREADY_EXISTS;
                     reactor->Finish(runs ? grpc::Status::OK : status);
                   });
  return reactor;
}

// Not built yet, but a key that runs already is answered as ever.
void RobotRelay::StartExternal(grpc::CallbackServerContext* context, const std::string& key,
                               grpc::ServerUnaryReactor* reactor) {
  relay::v1::GetRelayRequest get;
  get.set_key(key);
  CallRelayService(context, stub_.get(), &Upstream::GetRelay, std::move(get),
                   [reactor](const grpc::Status& status, const relay::v1::GetRelayResponse&) {
                     reactor->Finish(status.error_code() == grpc::StatusCode::NOT_FOUND
                                         ? rpc::ToGrpc(base::SourceNotSupported("external_rtsp"))
                                         : status);
                   });
}

grpc::ServerUnaryReactor* RobotRelay::PushFrame(grpc::CallbackServerContext* context,
                                                const rest::v1::PushFrameRequest* request,
                                                rest::v1::PushFrameResponse*) {
  if (request->frame().data().empty()) return Answer(context, rpc::ToGrpc(base::EmptyImage()));
  relay::v1::PushFrameRequest push;
  push.set_key(request->key());
  // The request is this call's alone, but the callback API hands it out const; a picture is too
  // large to be copied for that.
  push.mutable_image()->Swap(const_cast<rest::v1::PushFrameRequest*>(request)->mutable_frame());
  push.set_wait_for(relay::v1::ACK_LEVEL_ACCEPTED);
  auto* reactor = context->DefaultReactor();
  CallRelayService(
      context, stub_.get(), &Upstream::PushFrame, std::move(push),
      [reactor](const grpc::Status& status, const relay::v1::PushFrameResponse& pushed) {
        reactor->Finish(PushStatus(status, pushed));
      });
  return reactor;
}

grpc::ServerUnaryReactor* RobotRelay::StopRelay(grpc::CallbackServerContext* context,
                                                const rest::v1::StopRelayRequest* request,
                                                rest::v1::StopRelayResponse* response) {
  response->set_stopped(request->key());
  relay::v1::GetRelayRequest get;
  get.set_key(request->key());
  auto* reactor = context->DefaultReactor();
  const auto deleted = [reactor](const grpc::Status& status,
                                 const relay::v1::DeleteRelayResponse&) {
    reactor->Finish(IsUnknown(status) ? grpc::Status::OK : status);
  };
  const auto found = [this, context, reactor, deleted](const grpc::Status& status,
                                                       const relay::v1::GetRelayResponse& got) {
    const bool foreign = status.ok() && got.relay().spec().origin() != kRobotRelayOrigin;
    if (IsUnknown(status) || foreign) return reactor->Finish(grpc::Status::OK);
    if (!status.ok()) return reactor->Finish(status);
    relay::v1::DeleteRelayRequest request;
    request.set_key(got.relay().key());
    CallRelayService(context, stub_.get(), &Upstream::DeleteRelay, std::move(request), deleted);
  };
  CallRelayService(context, stub_.get(), &Upstream::GetRelay, std::move(get), found);
  return reactor;
}

grpc::ServerUnaryReactor* RobotRelay::WaitReady(grpc::CallbackServerContext* context,
                                                const rest::v1::WaitReadyRequest* request,
                                                rest::v1::WaitReadyResponse* response) {
  const absl::StatusOr<absl::Duration> timeout = ReadyWait(*request);
  if (!timeout.ok()) return Answer(context, rpc::ToGrpc(timeout.status()));
  response->set_key(request->key());
  relay::v1::WaitUntilReadyRequest wait;
  wait.set_key(request->key());
  *wait.mutable_timeout() = rpc::ToProto(*timeout);
  auto* reactor = context->DefaultReactor();
  CallRelayService(context, stub_.get(), &Upstream::WaitUntilReady, std::move(wait),
                   [reactor, response](const grpc::Status& status,
                                       const relay::v1::WaitUntilReadyResponse& waited) {
                     response->set_ready(status.ok() && waited.ready());
                     reactor->Finish(IsUnknown(status) ? grpc::Status::OK : status);
                   });
  return reactor;
}

grpc::ServerUnaryReactor* RobotRelay::StopAll(grpc::CallbackServerContext* context,
                                              const rest::v1::StopAllRequest*,
                                              rest::v1::StopAllResponse* response) {
  response->set_stopped("all");
  relay::v1::StopAllRelaysRequest stop;
  stop.set_origin(kRobotRelayOrigin);
  auto* reactor = context->DefaultReactor();
  CallRelayService(context, stub_.get(), &Upstream::StopAllRelays, std::move(stop),
                   [reactor](const grpc::Status& status, const relay::v1::StopAllRelaysResponse&) {
                     reactor->Finish(status);
                   });
  return reactor;
}

}  // namespace relayfleet::gateway
