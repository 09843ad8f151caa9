// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_WIRE_CHECKS_H_
#define RELAYFLEET_LIBS_RPC_WIRE_CHECKS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/errors.h"
#include "libs/flow/stages.h"
#include "relayfleet/media/v1/media.pb.h"

// What the conversions of both stages share.
namespace relayfleet::rpc {

inline absl::Status CheckSessionId(absl::string_view id) {
  constexpr size_t kMaxBytes = 128;
  if (id.size() <= kMaxBytes) return absl::OkStatus();
  return base::InvalidField("open.session_id", "longer than 128 bytes");
}

inline media::v1::Credit ToWire(const flow::Credit& credit) {
  media::v1::Credit wire;
  wire.set_packets(credit.packets);
  return wire;
}

inline absl::StatusOr<flow::Credit> FromWire(const media::v1::Credit& wire) {
  if (wire.packets() == 0) return base::InvalidField("credit.packets", "must be at least 1");
  return flow::Credit{wire.packets()};
}

// The value as an alternative of `Variant`.
template <typename Variant, typename T>
absl::StatusOr<Variant> As(absl::StatusOr<T> value) {
  if (!value.ok()) return value.status();
  return Variant(*std::move(value));
}

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_WIRE_CHECKS_H_
