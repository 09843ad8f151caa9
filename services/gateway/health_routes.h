// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_HEALTH_ROUTES_H_
#define RELAYFLEET_SERVICES_GATEWAY_HEALTH_ROUTES_H_

#include <grpcpp/channel.h>

#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "libs/http/router.h"

namespace relayfleet::gateway {

// Adds GET /healthz (200 while the process lives) and /readyz: 200 when not draining and the
// health service behind `ingest` answers SERVING within a second (or is not there to be asked, as
// on an in-process server), else 503 with the reason. `draining` outlives the router.
absl::Status AddHealthRoutes(const std::shared_ptr<grpc::Channel>& ingest,
                             const std::atomic<bool>* draining, http::Router* router);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_HEALTH_ROUTES_H_
