// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/health_routes.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/gateway/upstream_status.h"

namespace relayfleet::gateway {
namespace {

constexpr absl::Duration kCheckTime = absl::Seconds(1);
constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
// HealthCheckResponse{status: SERVING}; the proto has no library of its own here.
constexpr absl::string_view kServing("\x08\x01", 2);

http::Response Text(int status, absl::string_view text) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = absl::StrCat(text, "\n")};
}

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

http::Response Verdict(const grpc::Status& status, const grpc::ByteBuffer& answer) {
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) return Text(200, "ok");
  if (!status.ok()) return Text(503, FromUpstream(status).error_message());
  return Bytes(answer) == kServing ? Text(200, "ok") : Text(503, "ingest is not serving");
}

struct Check {
  explicit Check(http::Responder to) : responder(std::move(to)) {}

  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer answer;
  http::Responder responder;
};

void AskIngest(grpc::GenericStub* stub, http::Responder responder) {
  auto check = std::make_shared<Check>(std::move(responder));
  const grpc::Slice nothing;
  grpc::ByteBuffer request(&nothing, 1);
  check->request.Swap(&request);
  check->context.set_deadline(absl::ToChronoTime(absl::Now() + kCheckTime));
  stub->UnaryCall(&check->context, kCheck, grpc::StubOptions(), &check->request, &check->answer,
                  [check](const grpc::Status& status) {
                    check->responder.Send(Verdict(status, check->answer));
                  });
}

}  // namespace

absl::Status AddHealthRoutes(const std::shared_ptr<grpc::Channel>& ingest,
                             const std::atomic<bool>* draining, http::Router* router) {
  absl::Status status =
      router->Add("GET", "/healthz",
                  [](const http::Request&, const http::Bindings&, http::Responder responder) {
                    responder.Send(Text(200, "ok"));
                  });
  status.Update(
      router->Add("GET", "/readyz",
                  [stub = std::make_shared<grpc::GenericStub>(ingest), draining](
                      const http::Request&, const http::Bindings&, http::Responder responder) {
                    if (*draining) return responder.Send(Text(503, "draining"));
                    AskIngest(stub.get(), std::move(responder));
                  }));
  return status;
}

}  // namespace relayfleet::gateway
