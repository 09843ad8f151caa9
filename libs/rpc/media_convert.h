// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_MEDIA_CONVERT_H_
#define RELAYFLEET_LIBS_RPC_MEDIA_CONVERT_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "libs/media/stream.h"
#include "relayfleet/media/v1/media.pb.h"

namespace relayfleet::rpc {

// Largest payload that is taken from the wire.
inline constexpr size_t kMaxPayloadBytes = 8 << 20;

// libs/media to media/v1. The payload is shared with others, so this copies it (once).
media::v1::StreamMessage ToWire(const media::Message& message);
media::v1::StreamInfo ToWire(const media::StreamInfo& info);
media::v1::Packet ToWire(const media::Packet& packet);

// media/v1 to libs/media, checked: INVALID_ARGUMENT names the field that is wrong. The payload is
// moved, not copied. A packet's arrival_mono is not set: clocks of two processes have no relation.
absl::StatusOr<media::Message> FromWire(media::v1::StreamMessage message);
absl::StatusOr<media::StreamInfo> FromWire(const media::v1::StreamInfo& info);
absl::StatusOr<media::Packet> FromWire(media::v1::Packet packet);

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_MEDIA_CONVERT_H_
