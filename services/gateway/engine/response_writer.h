// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_RESPONSE_WRITER_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_RESPONSE_WRITER_H_

#include <google/protobuf/message.h>

#include "libs/http/message.h"
#include "services/gateway/engine/rest_service.h"

namespace relayfleet::gateway {

// Makes the HTTP answer from the one of `method`: JSON, raw bytes (HttpBody), which are moved out
// of it, or nothing.
http::Response WriteResponse(const RestMethod& method, const rest::v1::ServiceRest& options,
                             google::protobuf::Message* message);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_RESPONSE_WRITER_H_
