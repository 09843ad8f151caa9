// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/service.h"

#include <memory>
#include <utility>
#include <vector>

#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/rpc/encoder_convert.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/request_id.h"
#include "libs/rpc/status.h"
#include "services/ingest/admission.h"
#include "services/ingest/push_convert.h"
#include "services/ingest/push_frames_reactor.h"
#include "services/ingest/push_packets_reactor.h"
#include "services/ingest/wait_reactor.h"
#include "services/ingest/watch_reactor.h"

namespace relayfleet::ingest {
namespace {

constexpr absl::Duration kDefaultReadyWait = absl::Seconds(15);

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const absl::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(rpc::ToGrpc(status));
  return reactor;
}

absl::StatusOr<absl::Duration> ReadyWait(const relay::v1::WaitUntilReadyRequest& request) {
  if (!request.has_timeout()) return kDefaultReadyWait;
  const absl::Duration wait = rpc::FromProto(request.timeout());
  if (wait < absl::ZeroDuration() || wait > base::kMaxReadyWait) {
    return base::InvalidField("timeout", "must be 0 s to 300 s");
  }
  return wait;
}

}  // namespace

grpc::ServerUnaryReactor* IngestService::CreateRelay(grpc::CallbackServerContext* context,
                                                     const relay::v1::CreateRelayRequest* request,
                                                     relay::v1::CreateRelayResponse* response) {
  auto* reactor = context->DefaultReactor();
  manager_.Create(request->key(), request->spec(), rpc::RequestId(*context),
                  [reactor, response](absl::StatusOr<RelayManager::Created> created) {
                    if (created.ok()) {
                      *response->mutable_relay() = std::move(created->relay);
                      response->set_existed(created->existed);
                    }
                    reactor->Finish(rpc::ToGrpc(created.status()));
                  });
  return reactor;
}

grpc::ServerUnaryReactor* IngestService::GetRelay(grpc::CallbackServerContext* context,
                                                  const relay::v1::GetRelayRequest* request,
                                                  relay::v1::GetRelayResponse* response) {
  auto relay = manager_.Get(request->key());
  if (!relay.ok()) return Answer(context, relay.status());
  *response->mutable_relay() = *std::move(relay);
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* IngestService::ListRelays(grpc::CallbackServerContext* context,
                                                    const relay::v1::ListRelaysRequest* request,
                                                    relay::v1::ListRelaysResponse* response) {
  for (auto& relay : manager_.List(request->origin())) *response->add_relays() = std::move(relay);
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* IngestService::UpdateRelay(grpc::CallbackServerContext* context,
                                                     const relay::v1::UpdateRelayRequest* request,
                                                     relay::v1::UpdateRelayResponse* response) {
  auto* reactor = context->DefaultReactor();
  manager_.Update(request->key(), request->spec(), request->revision(),
                  [reactor, response](absl::StatusOr<relay::v1::Relay> relay) {
                    if (relay.ok()) *response->mutable_relay() = *std::move(relay);
                    reactor->Finish(rpc::ToGrpc(relay.status()));
                  });
  return reactor;
}

grpc::ServerUnaryReactor* IngestService::DeleteRelay(grpc::CallbackServerContext* context,
                                                     const relay::v1::DeleteRelayRequest* request,
                                                     relay::v1::DeleteRelayResponse*) {
  auto* reactor = context->DefaultReactor();
  manager_.Delete(request->key(), rpc::RequestId(*context),
                  [reactor](const absl::Status& status) { reactor->Finish(rpc::ToGrpc(status)); });
  return reactor;
}

grpc::ServerUnaryReactor* IngestService::StopAllRelays(
    grpc::CallbackServerContext* context, const relay::v1::StopAllRelaysRequest* request,
    relay::v1::StopAllRelaysResponse* response) {
  auto* reactor = context->DefaultReactor();
  manager_.StopAll(request->origin(), rpc::RequestId(*context),
                   [reactor, response](const absl::StatusOr<int>& stopped) {
                     response->set_stopped(stopped.value_or(0));
                     reactor->Finish(rpc::ToGrpc(stopped.status()));
                   });
  return reactor;
}

grpc::ServerUnaryReactor* IngestService::WaitUntilReady(
    grpc::CallbackServerContext* context, const relay::v1::WaitUntilReadyRequest* request,
    relay::v1::WaitUntilReadyResponse* response) {
  const auto wait = ReadyWait(*request);
  if (!wait.ok()) return Answer(context, wait.status());
  const auto relay = manager_.Find(request->key());
  if (!relay.ok()) return Answer(context, relay.status());
  return WaitReactor::Start(*relay, *wait, response);
}

grpc::ServerUnaryReactor* IngestService::PushFrame(grpc::CallbackServerContext* context,
                                                   const relay::v1::PushFrameRequest* request,
                                                   relay::v1::PushFrameResponse* response) {
  Push push{.request = rpc::RequestId(*context),
            .arrival_time = runtime_.clock().Wall(),
            .arrival_mono = runtime_.clock().Monotonic()};
  const auto stage = StageOf(request->wait_for());
  if (!stage.ok()) return Answer(context, stage.status());
  const auto relay = manager_.FindForFrames(request->key());
  if (!relay.ok()) return Answer(context, relay.status());
  // The request is this call's alone, but the callback API hands it out const.
  auto* image = const_cast<relay::v1::PushFrameRequest*>(request)->mutable_image();
  auto jpeg = AdmitJpeg(std::move(*image->mutable_data()));
  if (!jpeg.ok()) {
    (*relay)->RefuseBadImage(push.request, jpeg.status().message());
    return Answer(context, jpeg.status());
  }
  push.jpeg = *std::move(jpeg);
  push.wait_for = *stage;
  if (request->has_capture_time()) push.capture_time = rpc::FromProto(request->capture_time());
  auto* reactor = context->DefaultReactor();
  push.done = [reactor, response](const PushResult& result) {
    FillResponse(result, response);
    reactor->Finish(grpc::Status::OK);
  };
  (*relay)->Offer(std::move(push));
  return reactor;
}

grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse>*
IngestService::PushFrames(grpc::CallbackServerContext* context) {
  return PushFramesReactor::Start(rpc::RequestId(*context), manager_, runtime_.clock());
}

grpc::ServerBidiReactor<relay::v1::PushPacketsRequest, relay::v1::PushPacketsResponse>*
IngestService::PushPackets(grpc::CallbackServerContext*) {
  return PushPacketsReactor::Start(manager_, seats_, runtime_.NewStrand());
}

grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>* IngestService::WatchRelays(
    grpc::CallbackServerContext*, const relay::v1::WatchRelaysRequest* request) {
  return WatchReactor::Start(*request, manager_, runtime_.NewStrand());
}

grpc::ServerUnaryReactor* IngestService::ListEncoders(grpc::CallbackServerContext* context,
                                                      const relay::v1::ListEncodersRequest*,
                                                      relay::v1::ListEncodersResponse* response) {
  auto* reactor = context->DefaultReactor();
  encoders_.ListEncoders(
      [reactor, response](const absl::StatusOr<std::vector<media::EncoderReport>>& reports) {
        if (reports.ok()) {
          for (const media::EncoderReport& report : *reports) {
            *response->add_encoders() = rpc::ToWire(report);
          }
        }
        reactor->Finish(rpc::ToGrpc(reports.status()));
      });
  return reactor;
}

}  // namespace relayfleet::ingest
