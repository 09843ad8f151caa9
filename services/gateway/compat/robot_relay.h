// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_
#define RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_

#include <memory>
#include <string>

#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"
#include "services/gateway/compat/robot_relay_rules.h"
#include "services/gateway/engine/local_methods.h"
#include "services/gateway/upstream.h"

namespace relayfleet::gateway {

// The robot relay API in terms of RelayService: each call becomes one or two calls on ingest, with
// the caller's deadline and cancellation. Keeps nothing. Relays that it makes carry the origin
// "robot_relay"; others it neither lists nor stops, though their frames may be pushed and their
// readiness asked. Called by the engine in the process; calls keep it alive. Thread-safe.
class RobotRelay final : public std::enable_shared_from_this<RobotRelay> {
 public:
  // All methods of rest.v1.RobotRelayService.
  static LocalMethods Serve(Upstream ingest, RobotRelayRules rules);

 private:
  using Context = CallContextPtr;

  RobotRelay(Upstream ingest, RobotRelayRules rules);

  void Health(const Context& context, const rest::v1::HealthRequest& request,
              Reply<rest::v1::HealthResponse> reply);
  void ListRelays(const Context& context, const rest::v1::ListRelaysRequest& request,
                  Reply<rest::v1::ListRelaysResponse> reply);
  void StartRelay(const Context& context, const rest::v1::StartRelayRequest& request,
                  Reply<rest::v1::StartRelayResponse> reply);
  // The key is taken: its relay is left alone, unless it is over.
  // `refused`: what creating it said.
  void StartAgain(const Context& context, const relay::v1::CreateRelayRequest& wanted,
                  const grpc::Status& refused, Reply<rest::v1::StartRelayResponse> reply);
  void BeginAnew(const Context& context, const relay::v1::CreateRelayRequest& wanted,
                 Reply<rest::v1::StartRelayResponse> reply);
  void PushFrame(const Context& context, rest::v1::PushFrameRequest request,
                 Reply<rest::v1::PushFrameResponse> reply);
  void StopRelay(const Context& context, const rest::v1::StopRelayRequest& request,
                 Reply<rest::v1::StopRelayResponse> reply);
  void Delete(const Context& context, rest::v1::StopRelayResponse response,
              Reply<rest::v1::StopRelayResponse> reply);
  void WaitReady(const Context& context, const rest::v1::WaitReadyRequest& request,
                 Reply<rest::v1::WaitReadyResponse> reply);
  void StopAll(const Context& context, const rest::v1::StopAllRequest& request,
               Reply<rest::v1::StopAllResponse> reply);

  const Upstream ingest_;
  const RobotRelayRules rules_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_COMPAT_ROBOT_RELAY_H_
