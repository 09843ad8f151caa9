// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "google/api/httpbody.pb.h"

namespace relayfleet::gateway {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

grpc::Slice Own(std::string text) {
  auto owner = std::make_unique<std::string>(std::move(text));
  char* const data = owner->data();
  const size_t size = owner->size();
  return grpc::Slice(
      data, size,
      [](void* string) { std::unique_ptr<std::string>(static_cast<std::string*>(string)); },
      owner.release());
}

uint32_t LengthTag(int field_number) {
  return WireFormatLite::MakeTag(field_number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
}

// The bytes before the data: "field `body`, this long, in it field `data`, this long".
std::string DataHeader(int body_number, size_t data_size) {
  const uint32_t body_tag = LengthTag(body_number);
  const uint32_t data_tag = LengthTag(google::api::HttpBody::kDataFieldNumber);
  const auto size = static_cast<uint32_t>(data_size);
  const size_t inner =
      CodedOutputStream::VarintSize32(data_tag) + CodedOutputStream::VarintSize32(size) + data_size;
  std::string header;
  google::protobuf::io::StringOutputStream stream(&header);
  CodedOutputStream out(&stream);
  out.WriteVarint32(body_tag);
  out.WriteVarint32(static_cast<uint32_t>(inner));
  out.WriteVarint32(data_tag);
  out.WriteVarint32(size);
  out.Trim();
  return header;
}

}  // namespace

grpc::ByteBuffer ToWire(const google::protobuf::Message& message) {
  const grpc::Slice slice = Own(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer ToWire(const google::protobuf::Message& message,
                        const google::protobuf::FieldDescriptor& body, std::string data) {
  std::string head = message.SerializeAsString() + DataHeader(body.number(), data.size());
  const std::array<grpc::Slice, 2> slices = {Own(std::move(head)), Own(std::move(data))};
  return grpc::ByteBuffer(slices.data(), slices.size());
}

bool FromWire(const grpc::ByteBuffer& wire, google::protobuf::Message* message) {
  grpc::ByteBuffer shared = wire;  // the reader wants it mutable; slices are shared
  grpc::ProtoBufferReader reader(&shared);
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

}  // namespace relayfleet::gateway
