// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_
#define RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_

#include <grpcpp/channel.h>

#include <memory>

#include "libs/base/url_policy.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "relayfleet/rest/v1/robot_relay.grpc.pb.h"

namespace relayfleet::gateway {

// The robot relay API in terms of RelayService: each call becomes one or two calls on `ingest`,
// with the caller's deadline and cancellation. Keeps nothing. Relays that it makes carry the
// origin "robot_relay"; others it neither lists nor stops, though their frames may be pushed and
// their readiness asked. Outlives its server. Thread-safe.
class RobotRelay final : public rest::v1::RobotRelayService::CallbackService {
 public:
  RobotRelay(const std::shared_ptr<grpc::Channel>& ingest, base::UrlPolicy policy);

  grpc::ServerUnaryReactor* Health(grpc::CallbackServerContext* context,
                                   const rest::v1::HealthRequest* request,
                                   rest::v1::HealthResponse* response) override;
  grpc::ServerUnaryReactor* ListRelays(grpc::CallbackServerContext* context,
                                       const rest::v1::ListRelaysRequest* request,
                                       rest::v1::ListRelaysResponse* response) override;
  grpc::ServerUnaryReactor* StartRelay(grpc::CallbackServerContext* context,
                                       const rest::v1::StartRelayRequest* request,
                                       rest::v1::StartRelayResponse* response) override;
  grpc::ServerUnaryReactor* PushFrame(grpc::CallbackServerContext* context,
                                      const rest::v1::PushFrameRequest* request,
                                      rest::v1::PushFrameResponse* response) override;
  grpc::ServerUnaryReactor* StopRelay(grpc::CallbackServerContext* context,
                                      const rest::v1::StopRelayRequest* request,
                                      rest::v1::StopRelayResponse* response) override;
  grpc::ServerUnaryReactor* WaitReady(grpc::CallbackServerContext* context,
                                      const rest::v1::WaitReadyRequest* request,
                                      rest::v1::WaitReadyResponse* response) override;
  grpc::ServerUnaryReactor* StopAll(grpc::CallbackServerContext* context,
                                    const rest::v1::StopAllRequest* request,
                                    rest::v1::StopAllResponse* response) override;

 private:
  void StartExternal(grpc::CallbackServerContext* context, const std::string& key,
                     grpc::ServerUnaryReactor* reactor);

  const std::unique_ptr<relay::v1::RelayService::Stub> stub_;
  const base::UrlPolicy policy_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_
