// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/channel_methods.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/gateway/engine/wire.h"

namespace relayfleet::gateway {
namespace {

using google::protobuf::Message;

void Answer(const Message& prototype, const grpc::Status& status, const grpc::ByteBuffer& bytes,
            MethodDone done) {
  if (!status.ok()) return done(status, nullptr);
  std::unique_ptr<Message> message(prototype.New());
  if (FromWire(bytes, message.get())) return done(status, std::move(message));
  done({grpc::StatusCode::INTERNAL, "the answer can't be read"}, nullptr);
}

}  // namespace

absl::StatusOr<MethodCall> ChannelMethods::Find(
    const google::protobuf::MethodDescriptor& method) const {
  const Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.output_type());
  return [upstream = upstream_, prototype,
          name = absl::StrCat("/", method.service()->full_name(), "/", method.name())](
             BuiltRequest request, const CallContextPtr& context, MethodDone done) {
    upstream.Call(name, context, ToWire(std::move(request)),
                  [prototype, done = std::move(done)](const grpc::Status& status,
                                                      const grpc::ByteBuffer& bytes) mutable {
                    Answer(*prototype, status, bytes, std::move(done));
                  });
  };
}

}  // namespace relayfleet::gateway
