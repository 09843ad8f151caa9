// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/upstream.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "libs/rpc/request_id.h"
#include "services/gateway/upstream_status.h"

namespace relayfleet::gateway {
namespace {

// One call under way; its completion holds it.
struct UnaryCall {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  Upstream::Done done;
};

void Prepare(const CallContext::Options& options, grpc::ClientContext* context) {
  if (!options.request_id.empty()) context->AddMetadata(rpc::kRequestId, options.request_id);
  if (!options.remote.empty()) context->AddMetadata("x-forwarded-for", options.remote);
  if (options.deadline != absl::InfiniteFuture()) {
    context->set_deadline(absl::ToChronoTime(options.deadline));
  }
}

}  // namespace

Upstream::Upstream(std::shared_ptr<rpc::ChannelPool> channels) : channels_(std::move(channels)) {}

void Upstream::Call(const std::string& method, const CallContextPtr& context,
                    grpc::ByteBuffer request, Done done) const {
  auto call = std::make_shared<UnaryCall>();
  Prepare(context->options(), &call->context);
  call->request.Swap(&request);
  call->done = std::move(done);
  context->OnCancel([weak = std::weak_ptr<UnaryCall>(call)] {
    if (const auto running = weak.lock()) running->context.TryCancel();
  });
  grpc::GenericStub stub(channels_->Next());
  stub.UnaryCall(
      &call->context, method, grpc::StubOptions(), &call->request, &call->response,
      [call](const grpc::Status& status) { call->done(FromUpstream(status), call->response); });
}

}  // namespace relayfleet::gateway
