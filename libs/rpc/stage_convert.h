// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_STAGE_CONVERT_H_
#define RELAYFLEET_LIBS_RPC_STAGE_CONVERT_H_

#include <cstddef>
#include <variant>

#include "absl/status/statusor.h"
#include "libs/flow/stages.h"
#include "relayfleet/publish/v1/publish.pb.h"
#include "relayfleet/transcode/v1/transcode.pb.h"

namespace relayfleet::rpc {

// Bytes that `message`, if there is one, carries besides its few numbers.
inline size_t PayloadBytesOf(const media::Message* message) {
  const auto* packet = message == nullptr ? nullptr : std::get_if<media::Packet>(message);
  return packet == nullptr || packet->payload == nullptr ? 0 : packet->payload->size();
}

// How a transcode session looks on the wire: flow/stages.h to transcode/v1 and back. Decode
// checks what a peer sent (INVALID_ARGUMENT names the field) and puts in the protos' defaults.
struct TranscodeWire {
  using Up = flow::TranscodeUp;
  using Down = flow::TranscodeDown;
  using Request = transcode::v1::TranscodeRequest;
  using Response = transcode::v1::TranscodeResponse;

  static Request Encode(const Up& message);
  static Response Encode(const Down& message);
  static absl::StatusOr<Up> Decode(Request message);
  static absl::StatusOr<Down> Decode(Response message);
  // Of a packet; 0 for others.
  static size_t PayloadBytes(const Up& message) {
    return PayloadBytesOf(std::get_if<media::Message>(&message));
  }
  static size_t PayloadBytes(const Down& message) {
    return PayloadBytesOf(std::get_if<media::Message>(&message));
  }
};

// The same for a publish session: publish/v1.
struct PublishWire {
  using Up = flow::PublishUp;
  using Down = flow::PublishDown;
  using Request = publish::v1::PublishRequest;
  using Response = publish::v1::PublishResponse;

  static Request Encode(const Up& message);
  static Response Encode(const Down& message);
  static absl::StatusOr<Up> Decode(Request message);
  static absl::StatusOr<Down> Decode(const Response& message);
  static size_t PayloadBytes(const Up& message) {
    return PayloadBytesOf(std::get_if<media::Message>(&message));
  }
  static size_t PayloadBytes(const Down& /*message*/) { return 0; }
};

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_STAGE_CONVERT_H_
