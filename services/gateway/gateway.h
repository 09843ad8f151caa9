// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_GATEWAY_H_
#define RELAYFLEET_SERVICES_GATEWAY_GATEWAY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/base/url_policy.h"
#include "libs/rpc/channel.h"
#include "services/gateway/observer.h"

namespace relayfleet::gateway {

// What users reach: the robot relay API (REST, 5020), the native API as REST (8600) and as gRPC
// (50050), all in front of one RelayService.
//
//   5020 ── engine ── RobotRelay ───┐
//   8600 ── engine ─────────────────┼── channels ── ingest
//   50050 ─ ForwardingRelayService ─┘
//
// Keeps nothing. Start, Drain and the destructor are called from one thread that is none of the
// runtime's; the runtime outlives it.
class Gateway {
 public:
  // A port of ours: 0 picks a free one. A taken port is fatal when the user asked for it, else a
  // warning, and the API is left out.
  struct Port {
    int value = 0;
    bool is_explicit = false;
  };
  struct Options {
    // Address that all ports are bound on.
    std::string listen = "127.0.0.1";
    Port robot_relay = {5020};
    Port rest = {8600};
    Port grpc = {50050};
    // Time that a REST call may take; one that waits for a `timeout` of its own gets that on top.
    absl::Duration call_deadline = absl::Seconds(30);
    // What target URLs of the robot relay API have to pass; ingest checks sources.
    base::UrlPolicy url_policy;
    // Rate at which the robot relay API has cameras published, per second.
    int relay_fps = 5;
    // Told about requests and skipped ports; may be null.
    std::shared_ptr<Observer> observer;
  };
  // Ports in use; 0 where an API was left out.
  struct Ports {
    int robot_relay = 0;
    int rest = 0;
    int grpc = 0;
  };

  // `ingest`: where RelayService is served, calls are spread over the channels; an in-process one
  // in standalone.
  Gateway(Options options, std::shared_ptr<rpc::ChannelPool> ingest, base::ThreadRuntime* runtime);
  // As Drain(0 s).
  ~Gateway();

  // Serves from now on. The error names a port that was asked for and can't be had. Once.
  absl::Status Start();
  Ports ports() const;

  // Reports not ready, refuses new work, lets calls under way finish within `grace`.
  void Drain(absl::Duration grace);

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_GATEWAY_H_
