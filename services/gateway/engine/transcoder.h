// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_

#include <google/protobuf/descriptor.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/http/router.h"
#include "services/gateway/engine/methods.h"

namespace relayfleet::gateway {

// The engine: gives `router` an HTTP+JSON route for each annotated unary method of `service`, and
// serves it by a call of `methods`.
//
//   Request -> BuildRequest -> MethodCall -> WriteResponse or ErrorResponse -> Responder
//
// A call ends `deadline` after its begin (or 5 s after the wait that it asks for, if that is
// later), and when its peer goes away. What a call needs it keeps itself, so calls outlive the
// router and `methods`. INTERNAL for a method that is not among them.
absl::Status AddRestRoutes(const google::protobuf::ServiceDescriptor& service,
                           const Methods& methods, absl::Duration deadline, http::Router* router);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_TRANSCODER_H_
