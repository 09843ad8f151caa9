// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_BATCH_H_
#define RELAYFLEET_LIBS_RPC_BATCH_H_

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/errors.h"

namespace relayfleet::rpc {

// Several messages of a stream as one message of gRPC: the first, the others in its `next`
// (transcode/v1, publish/v1). `Wire`: stage_convert.h. Any thread.
template <typename Wire, typename Message>
auto EncodeBatch(const std::vector<Message>& messages) {
  auto wire = Wire::Encode(messages.front());
  for (size_t i = 1; i < messages.size(); ++i) *wire.add_next() = Wire::Encode(messages[i]);
  return wire;
}

// In order. The first that is wrong makes all of it INVALID_ARGUMENT.
template <typename Wire, typename Message, typename Proto>
absl::StatusOr<std::vector<Message>> DecodeBatch(Proto wire) {
  auto next = std::move(*wire.mutable_next());
  std::vector<Message> messages;
  messages.reserve(1 + next.size());
  const auto take = [&messages](Proto&& one) -> absl::Status {
    if (one.next_size() > 0) return base::InvalidField("next", "has a next of its own");
    absl::StatusOr<Message> message = Wire::Decode(std::move(one));
    if (message.ok()) messages.push_back(*std::move(message));
    return message.status();
  };
  wire.clear_next();
  absl::Status status = take(std::move(wire));
  for (auto it = next.begin(); status.ok() && it != next.end(); ++it) status = take(std::move(*it));
  if (!status.ok()) return status;
  return messages;
}

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_BATCH_H_
