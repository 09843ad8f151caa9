// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/api_config.h"

#include <boost/asio/ip/address.hpp>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/types/optional.h"
#include "libs/base/errors.h"
#include "services/common/policy_config.h"
#include "services/common/relay_fps_config.h"

// Ports have no value unless the user gives one: then it must be had.
ABSL_FLAG(std::string, listen, "127.0.0.1",
          "IP address of all ports that users reach. 0.0.0.0: all interfaces.");
ABSL_FLAG(absl::optional<int>, robot_relay_port, absl::nullopt,
          "Port of the robot relay API (REST). Not set: 5020, left out if taken. 0: a free one.");
ABSL_FLAG(absl::optional<int>, rest_port, absl::nullopt,
          "Port of the native API as REST, /healthz and /readyz. Not set: 8600, left out if taken. "
          "0: a free one.");
ABSL_FLAG(absl::optional<int>, grpc_port, absl::nullopt,
          "Port of the native API as gRPC. Not set: 50050, left out if taken. 0: a free one.");

namespace relayfleet::gateway {
namespace {

absl::Status ReadPort(absl::string_view flag, const absl::optional<int>& value,
                      Gateway::Port* port) {
  if (!value.has_value()) return absl::OkStatus();
  if (*value < 0 || *value > 65535) return base::BadSetting(flag, "must be 0 to 65535");
  *port = {.value = *value, .is_explicit = true};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Gateway::Options> ApiConfig() {
  Gateway::Options options;
  options.listen = absl::GetFlag(FLAGS_listen);
  boost::system::error_code error;
  boost::asio::ip::make_address(options.listen, error);
  if (error) return base::BadSetting("listen", "must be an IP address");
  absl::Status status =
      ReadPort("robot_relay_port", absl::GetFlag(FLAGS_robot_relay_port), &options.robot_relay);
  status.Update(ReadPort("rest_port", absl::GetFlag(FLAGS_rest_port), &options.rest));
  status.Update(ReadPort("grpc_port", absl::GetFlag(FLAGS_grpc_port), &options.grpc));
  if (!status.ok()) return status;
  auto policy = common::PolicyConfig();
  if (!policy.ok()) return policy.status();
  options.url_policy = *std::move(policy);
  const auto fps = common::RelayFps();
  if (!fps.ok()) return fps.status();
  options.relay_fps = *fps;
  return options;
}

}  // namespace relayfleet::gateway
