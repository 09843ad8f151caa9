// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/compat/robot_relay.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "services/gateway/compat/upstream_call.h"
#include "services/gateway/engine/wire.h"

namespace relayfleet::gateway {
namespace {

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

// The call on ingest with the picture of `request`, which is moved: it is too large to be copied.
grpc::ByteBuffer Push(rest::v1::PushFrameRequest request) {
  std::string jpeg = std::move(*request.mutable_frame()->mutable_data());
  relay::v1::PushFrameRequest push;
  push.set_key(request.key());
  push.mutable_image()->set_content_type(request.frame().content_type());
  push.set_wait_for(relay::v1::ACK_LEVEL_ACCEPTED);
  const auto* image = push.GetDescriptor()->FindFieldByNumber(push.kImageFieldNumber);
  return ToWire(push, *image, std::move(jpeg));
}

grpc::ByteBuffer Get(const std::string& key) {
  relay::v1::GetRelayRequest get;
  get.set_key(key);
  return ToWire(get);
}

rest::v1::StartRelayResponse Started(const std::string& key) {
  rest::v1::StartRelayResponse response;
  response.set_key(key);
  response.set_rtsp_path(absl::StrCat("/", key));
  return response;
}

}  // namespace

LocalMethods RobotRelay::Serve(Upstream ingest, RobotRelayRules rules) {
  const std::shared_ptr<RobotRelay> relay(new RobotRelay(std::move(ingest), std::move(rules)));
  LocalMethods methods;
  methods.Add("Health", relay, &RobotRelay::Health);
  methods.Add("ListRelays", relay, &RobotRelay::ListRelays);
  methods.Add("StartRelay", relay, &RobotRelay::StartRelay);
  methods.Add("PushFrame", relay, &RobotRelay::PushFrame);
  methods.Add("StopRelay", relay, &RobotRelay::StopRelay);
  methods.Add("WaitReady", relay, &RobotRelay::WaitReady);
  methods.Add("StopAll", relay, &RobotRelay::StopAll);
  return methods;
}

RobotRelay::RobotRelay(Upstream ingest, RobotRelayRules rules)
    : ingest_(std::move(ingest)), rules_(std::move(rules)) {}

void RobotRelay::Health(const Context&, const rest::v1::HealthRequest&,
                        Reply<rest::v1::HealthResponse> reply) {
  rest::v1::HealthResponse response;
  response.set_status("ok");
  reply(grpc::Status::OK, std::move(response));
}

void RobotRelay::ListRelays(const Context& context, const rest::v1::ListRelaysRequest&,
                            Reply<rest::v1::ListRelaysResponse> reply) {
  relay::v1::ListRelaysRequest list;
  list.set_origin(kRobotRelayOrigin);
  CallRelayService<relay::v1::ListRelaysResponse>(
      ingest_, "ListRelays", context, ToWire(list),
      [reply = std::move(reply)](const grpc::Status& status, const auto& listed) mutable {
        rest::v1::ListRelaysResponse response;
        for (const auto& relay : listed.relays()) {
          (*response.mutable_relays())[relay.key()] = Listed(relay);
        }
        reply(status, std::move(response));
      });
}

void RobotRelay::StartRelay(const Context& context, const rest::v1::StartRelayRequest& request,
                            Reply<rest::v1::StartRelayResponse> reply) {
  auto wanted = RelayFor(request, rules_);
  if (!wanted.ok()) return reply(rpc::ToGrpc(wanted.status()), {});
  const grpc::ByteBuffer create = ToWire(*wanted);
  CallRelayService<relay::v1::CreateRelayResponse>(
      ingest_, "CreateRelay", context, create,
      [self = shared_from_this(), context, wanted = *std::move(wanted), reply = std::move(reply)](
          const grpc::Status& status, const relay::v1::CreateRelayResponse& created) mutable {
        const bool other_spec = status.error_code() == grpc::StatusCode::ALREADY_EXISTS;
        if (other_spec || (status.ok() && IsOver(created.relay()))) {
          return self->StartAgain(context, wanted, status, std::move(reply));
        }
        reply(status, Started(wanted.key()));
      });
}

void RobotRelay::StartAgain(const Context& context, const relay::v1::CreateRelayRequest& wanted,
                            const grpc::Status& refused,
                            Reply<rest::v1::StartRelayResponse> reply) {
  CallRelayService<relay::v1::GetRelayResponse>(
      ingest_, "GetRelay", context, Get(wanted.key()),
      [self = shared_from_this(), context, wanted, refused, reply = std::move(reply)](
          const grpc::Status& status, const relay::v1::GetRelayResponse& got) mutable {
        // Not the key was taken, but the path: by another relay.
        if (!status.ok()) return reply(refused.ok() ? status : refused, {});
        if (IsOver(got.relay())) return self->BeginAnew(context, wanted, std::move(reply));
        // Whatever spec it runs with, it runs: that is what the caller wants.
        reply(grpc::Status::OK, Started(wanted.key()));
      });
}

void RobotRelay::BeginAnew(const Context& context, const relay::v1::CreateRelayRequest& wanted,
                           Reply<rest::v1::StartRelayResponse> reply) {
  relay::v1::UpdateRelayRequest update;
  update.set_key(wanted.key());
  *update.mutable_spec() = wanted.spec();
  CallRelayService<relay::v1::UpdateRelayResponse>(
      ingest_, "UpdateRelay", context, ToWire(update),
      [key = wanted.key(), reply = std::move(reply)](
          const grpc::Status& status, const auto&) mutable { reply(status, Started(key)); });
}

void RobotRelay::PushFrame(const Context& context, rest::v1::PushFrameRequest request,
                           Reply<rest::v1::PushFrameResponse> reply) {
  if (request.frame().data().empty()) return reply(rpc::ToGrpc(base::EmptyImage()), {});
  CallRelayService<relay::v1::PushFrameResponse>(
      ingest_, "PushFrame", context, Push(std::move(request)),
      [reply = std::move(reply)](const grpc::Status& status, const auto& pushed) mutable {
        reply(PushStatus(status, pushed), {});
      });
}

void RobotRelay::StopRelay(const Context& context, const rest::v1::StopRelayRequest& request,
                           Reply<rest::v1::StopRelayResponse> reply) {
  CallRelayService<relay::v1::GetRelayResponse>(
      ingest_, "GetRelay", context, Get(request.key()),
      [self = shared_from_this(), context, key = request.key(), reply = std::move(reply)](
          const grpc::Status& status, const relay::v1::GetRelayResponse& got) mutable {
        rest::v1::StopRelayResponse response;
        response.set_stopped(key);
        const bool foreign = status.ok() && got.relay().spec().origin() != kRobotRelayOrigin;
        if (IsUnknown(status) || foreign) return reply(grpc::Status::OK, std::move(response));
        if (!status.ok()) return reply(status, {});
        self->Delete(context, std::move(response), std::move(reply));
      });
}

void RobotRelay::Delete(const Context& context, rest::v1::StopRelayResponse response,
                        Reply<rest::v1::StopRelayResponse> reply) {
  relay::v1::DeleteRelayRequest remove;
  remove.set_key(response.stopped());
  CallRelayService<relay::v1::DeleteRelayResponse>(
      ingest_, "DeleteRelay", context, ToWire(remove),
      [response = std::move(response), reply = std::move(reply)](const grpc::Status& status,
                                                                 const auto&) mutable {
        reply(IsUnknown(status) ? grpc::Status::OK : status, std::move(response));
      });
}

void RobotRelay::WaitReady(const Context& context, const rest::v1::WaitReadyRequest& request,
                           Reply<rest::v1::WaitReadyResponse> reply) {
  const absl::StatusOr<absl::Duration> timeout = ReadyWait(request);
  if (!timeout.ok()) return reply(rpc::ToGrpc(timeout.status()), {});
  relay::v1::WaitUntilReadyRequest wait;
  wait.set_key(request.key());
  *wait.mutable_timeout() = rpc::ToProto(*timeout);
  CallRelayService<relay::v1::WaitUntilReadyResponse>(
      ingest_, "WaitUntilReady", context, ToWire(wait),
      [key = request.key(), reply = std::move(reply)](const grpc::Status& status,
                                                      const auto& waited) mutable {
        rest::v1::WaitReadyResponse response;
        response.set_key(key);
        response.set_ready(status.ok() && waited.ready());
        reply(IsUnknown(status) ? grpc::Status::OK : status, std::move(response));
      });
}

void RobotRelay::StopAll(const Context& context, const rest::v1::StopAllRequest&,
                         Reply<rest::v1::StopAllResponse> reply) {
  relay::v1::StopAllRelaysRequest stop;
  stop.set_origin(kRobotRelayOrigin);
  CallRelayService<relay::v1::StopAllRelaysResponse>(
      ingest_, "StopAllRelays", context, ToWire(stop),
      [reply = std::move(reply)](const grpc::Status& status, const auto&) mutable {
        rest::v1::StopAllResponse response;
        response.set_stopped("all");
        reply(status, std::move(response));
      });
}

}  // namespace relayfleet::gateway
