// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_WIRE_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_WIRE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>

namespace relayfleet::gateway {

// `message` on the wire.
grpc::ByteBuffer ToWire(const google::protobuf::Message& message);

// `message` on the wire with `data` as the HttpBody.data of its field `body`. The data is not
// copied: the buffer owns the string. (Protobuf merges a message field that comes twice, so the
// second part may follow behind the first.)
grpc::ByteBuffer ToWire(const google::protobuf::Message& message,
                        const google::protobuf::FieldDescriptor& body, std::string data);

// False when the bytes are no such message.
bool FromWire(const grpc::ByteBuffer& wire, google::protobuf::Message* message);

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_WIRE_H_
