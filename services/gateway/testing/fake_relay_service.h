// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_RELAY_SERVICE_H_
#define RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_RELAY_SERVICE_H_

#include <grpcpp/server.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "libs/base/mutex.h"
#include "libs/rpc/channel.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"

namespace relayfleet::gateway::testing {

// RelayService in memory, as strict as the comments of relay/v1: keys, specs, pictures and order
// are checked, nothing is taken that the real one would refuse. A relay is ready once a frame was
// pushed. Records what it was asked. Thread-safe.
class FakeRelayService final : public relay::v1::RelayService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;

  // Puts a relay there as if somebody else had made it.
  void Put(relay::v1::Relay relay);
  std::map<std::string, relay::v1::Relay> relays() const;
  // Pictures pushed into `key`, oldest first.
  std::vector<std::string> frames(const std::string& key) const;
  // Metadata `name` of the last call; "" when there was none.
  std::string last_metadata(const std::string& name) const;
  // Waits until this many waits for readiness were cancelled by their callers.
  void WaitForCancelled(int count);
  // Waits until this many waits for readiness have begun.
  void WaitForWaiting(int count);

  grpc::ServerUnaryReactor* CreateRelay(Context* context,
                                        const relay::v1::CreateRelayRequest* request,
                                        relay::v1::CreateRelayResponse* response) override;
  grpc::ServerUnaryReactor* GetRelay(Context* context, const relay::v1::GetRelayRequest* request,
                                     relay::v1::GetRelayResponse* response) override;
  grpc::ServerUnaryReactor* ListRelays(Context* context,
                                       const relay::v1::ListRelaysRequest* request,
                                       relay::v1::ListRelaysResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRelay(Context* context,
                                        const relay::v1::DeleteRelayRequest* request,
                                        relay::v1::DeleteRelayResponse* response) override;
  grpc::ServerUnaryReactor* StopAllRelays(Context* context,
                                          const relay::v1::StopAllRelaysRequest* request,
                                          relay::v1::StopAllRelaysResponse* response) override;
  grpc::ServerUnaryReactor* WaitUntilReady(Context* context,
                                           const relay::v1::WaitUntilReadyRequest* request,
                                           relay::v1::WaitUntilReadyResponse* response) override;
  grpc::ServerUnaryReactor* PushFrame(Context* context, const relay::v1::PushFrameRequest* request,
                                      relay::v1::PushFrameResponse* response) override;
  grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse>* PushFrames(
      Context* context) override;
  grpc::ServerBidiReactor<relay::v1::PushPacketsRequest, relay::v1::PushPacketsResponse>*
  PushPackets(Context* context) override;
  grpc::ServerUnaryReactor* UpdateRelay(Context* context,
                                        const relay::v1::UpdateRelayRequest* request,
                                        relay::v1::UpdateRelayResponse* response) override;
  grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>* WatchRelays(
      Context* context, const relay::v1::WatchRelaysRequest* request) override;
  grpc::ServerUnaryReactor* ListEncoders(Context* context,
                                         const relay::v1::ListEncodersRequest* request,
                                         relay::v1::ListEncodersResponse* response) override;

  // What PushFrame and PushFrames do with one picture.
  absl::Status Push(const std::string& key, const std::string& jpeg);
  bool IsReady(const std::string& key) const;
  // Runs `told` when the readiness of a relay may have changed.
  void OnChange(std::function<void()> told);
  void CountCancelled();

 private:
  void Note(const Context& context);
  absl::StatusOr<relay::v1::Relay> Find(const std::string& key) const;
  void Changed();

  mutable base::Mutex mutex_;
  base::CondVar counted_;
  std::map<std::string, relay::v1::Relay> relays_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<std::string>> frames_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> metadata_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> told_ ABSL_GUARDED_BY(mutex_);
  int cancelled_ ABSL_GUARDED_BY(mutex_) = 0;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

// `service` on a server without a port, and a pool of one channel to it.
class InProcessServer {
 public:
  explicit InProcessServer(grpc::Service* service);
  ~InProcessServer();
  std::shared_ptr<rpc::ChannelPool> Channels();

 private:
  std::unique_ptr<grpc::Server> server_;
};

// The smallest thing that passes for a JPEG here: SOI, SOF0, EOI and `text` between them.
std::string TinyJpeg(const std::string& text = "");

}  // namespace relayfleet::gateway::testing

#endif  // RELAYFLEET_SERVICES_GATEWAY_TESTING_FAKE_RELAY_SERVICE_H_
