// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_ENGINE_LOCAL_METHODS_H_
#define RELAYFLEET_SERVICES_GATEWAY_ENGINE_LOCAL_METHODS_H_

#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "services/gateway/engine/methods.h"

namespace relayfleet::gateway {

// Answers a call in this process: once, from any thread.
template <typename Response>
using Reply = absl::AnyInvocable<void(const grpc::Status&, Response)>;

// Methods that are functions of this process: no gRPC between the engine and them, and a raw body
// reaches them uncopied. Filled first, then used by many threads.
class LocalMethods final : public Methods {
 public:
  // A method of an object: starts work and returns; called by many threads at once.
  // `Request` is the message, or a const reference to it.
  template <typename Service, typename Request, typename Response>
  using Handler = void (Service::*)(const CallContextPtr&, Request, Reply<Response>);

  // Serves the method `name` ("PushFrame") of the proto service by `handler`.
  template <typename Service, typename Request, typename Response>
  void Add(const std::string& name, std::shared_ptr<Service> service,
           Handler<Service, Request, Response> handler) {
    using Message = std::remove_cvref_t<Request>;
    const auto call = [service = std::move(service), handler](
                          BuiltRequest built, const CallContextPtr& context, MethodDone done) {
      const auto request = ToMessage(std::move(built));
      (service.get()->*handler)(
          context, std::move(static_cast<Message&>(*request)),
          [done = std::move(done)](const grpc::Status& status, Response response) mutable {
            done(status, std::make_unique<Response>(std::move(response)));
          });
    };
    methods_[name] = {Message::descriptor(), Response::descriptor(), call};
  }

  // INTERNAL also for one that was added with other messages than the proto's.
  absl::StatusOr<MethodCall> Find(const google::protobuf::MethodDescriptor& method) const override;

 private:
  struct Entry {
    const google::protobuf::Descriptor* request = nullptr;
    const google::protobuf::Descriptor* response = nullptr;
    MethodCall call;
  };
  std::map<std::string, Entry> methods_;
};

}  // namespace relayfleet::gateway

#endif  // RELAYFLEET_SERVICES_GATEWAY_ENGINE_LOCAL_METHODS_H_
