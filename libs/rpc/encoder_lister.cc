// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/encoder_lister.h"

#include <vector>

#include "absl/time/clock.h"
#include "grpcpp/alarm.h"
#include "grpcpp/client_context.h"
#include "libs/rpc/encoder_convert.h"
#include "libs/rpc/status.h"
#include "relayfleet/transcode/v1/transcode.grpc.pb.h"

namespace relayfleet::rpc {
namespace {

namespace v1 = transcode::v1;

// Lives until the answer.
struct Call {
  std::unique_ptr<v1::TranscodeService::Stub> stub;
  grpc::ClientContext context;
  v1::ListEncodersRequest request;
  v1::ListEncodersResponse response;
  flow::EncoderLister::Done done;
  std::shared_ptr<Call> self;
  grpc::Alarm release;

  void Finish(const grpc::Status& status) {
    if (status.ok()) {
      std::vector<media::EncoderReport> reports;
      for (const auto& wire : response.encoders()) reports.push_back(FromWire(wire));
      done(std::move(reports));
    } else {
      done(FromGrpc(status));
    }
    // The last owner of a channel must not go on gRPC's own polling thread (ADR 0013).
    release.Set(absl::ToChronoTime(absl::Now()),
                [last = std::move(self)](bool) mutable { last = nullptr; });
  }
};

}  // namespace

void GrpcEncoderLister::ListEncoders(Done done) {
  auto call = std::make_shared<Call>();
  call->stub = v1::TranscodeService::NewStub(channels_->Next());
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + kDeadline));
  call->done = std::move(done);
  call->self = call;
  call->stub->async()->ListEncoders(
      &call->context, &call->request, &call->response,
      [call = call.get()](const grpc::Status& status) { call->Finish(status); });
}

}  // namespace relayfleet::rpc
