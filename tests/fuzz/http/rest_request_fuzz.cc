// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "libs/http/url.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "relayfleet/rest/v1/robot_relay.pb.h"
#include "services/gateway/engine/request_builder.h"
#include "services/gateway/engine/rest_service.h"
#include "services/gateway/engine/wire.h"

namespace {

using relayfleet::gateway::BuildRequest;
using relayfleet::gateway::RestService;

// Builds the request of every method of a service; what was accepted can be read again.
template <typename AnyMessage>
void BuildAll(const relayfleet::http::Request& request) {
  static const RestService service =
      *relayfleet::gateway::ReadRestService(*AnyMessage::descriptor()->file()->service(0));
  for (const auto& method : service.methods) {
    auto built = BuildRequest(method, service.options.ignore_unknown(), request, {{"key", "a/b"}});
    if (!built.ok() || method.method->input_type() != AnyMessage::descriptor()) continue;
    AnyMessage message;
    if (!relayfleet::gateway::FromWire(ToWire(*std::move(built)), &message)) abort();
  }
}

}  // namespace

// Input: a query, a newline, a body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t newline = input.find('\n');
  relayfleet::http::Request request;
  const auto query = relayfleet::http::ParseQuery(input.substr(0, newline));
  if (query.ok()) request.query = *query;
  if (newline != absl::string_view::npos) request.body = std::string(input.substr(newline + 1));
  BuildAll<relayfleet::relay::v1::CreateRelayRequest>(request);
  BuildAll<relayfleet::rest::v1::StartRelayRequest>(request);
  return 0;
}
