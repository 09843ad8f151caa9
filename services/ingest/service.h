// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SERVICE_H_
#define RELAYFLEET_SERVICES_INGEST_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/ingest/push_seats.h"
#include "services/ingest/relay_manager.h"

namespace relayfleet::ingest {

// relay.v1.RelayService: validates, looks up, acts, answers. Callback API: no call blocks a
// thread. All arguments outlive it. Thread-safe.
class IngestService final : public relay::v1::RelayService::CallbackService {
 public:
  // `runtime`: of the streams.
  IngestService(RelayManager& manager, base::Runtime& runtime, flow::EncoderLister& encoders)
      : manager_(manager), runtime_(runtime), encoders_(encoders) {}

  grpc::ServerUnaryReactor* CreateRelay(grpc::CallbackServerContext* context,
                                        const relay::v1::CreateRelayRequest* request,
                                        relay::v1::CreateRelayResponse* response) override;
  grpc::ServerUnaryReactor* GetRelay(grpc::CallbackServerContext* context,
                                     const relay::v1::GetRelayRequest* request,
                                     relay::v1::GetRelayResponse* response) override;
  grpc::ServerUnaryReactor* ListRelays(grpc::CallbackServerContext* context,
                                       const relay::v1::ListRelaysRequest* request,
                                       relay::v1::ListRelaysResponse* response) override;
  grpc::ServerUnaryReactor* UpdateRelay(grpc::CallbackServerContext* context,
                                        const relay::v1::UpdateRelayRequest* request,
                                        relay::v1::UpdateRelayResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRelay(grpc::CallbackServerContext* context,
                                        const relay::v1::DeleteRelayRequest* request,
                                        relay::v1::DeleteRelayResponse* response) override;
  grpc::ServerUnaryReactor* StopAllRelays(grpc::CallbackServerContext* context,
                                          const relay::v1::StopAllRelaysRequest* request,
                                          relay::v1::StopAllRelaysResponse* response) override;
  grpc::ServerUnaryReactor* WaitUntilReady(grpc::CallbackServerContext* context,
                                           const relay::v1::WaitUntilReadyRequest* request,
                                           relay::v1::WaitUntilReadyResponse* response) override;
  grpc::ServerUnaryReactor* PushFrame(grpc::CallbackServerContext* context,
                                      const relay::v1::PushFrameRequest* request,
                                      relay::v1::PushFrameResponse* response) override;
  grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse>* PushFrames(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<relay::v1::PushPacketsRequest, relay::v1::PushPacketsResponse>*
  PushPackets(grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>* WatchRelays(
      grpc::CallbackServerContext* context, const relay::v1::WatchRelaysRequest* request) override;
  grpc::ServerUnaryReactor* ListEncoders(grpc::CallbackServerContext* context,
                                         const relay::v1::ListEncodersRequest* request,
                                         relay::v1::ListEncodersResponse* response) override;

 private:
  RelayManager& manager_;
  base::Runtime& runtime_;
  flow::EncoderLister& encoders_;
  PushSeats seats_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SERVICE_H_
