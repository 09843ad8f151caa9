// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_TESTING_FAKE_RELAY_SERVICE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_TESTING_FAKE_RELAY_SERVICE_H_

#include <grpcpp/server.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"

namespace relayfleet::relayctl::testing {

// A RelayService that keeps relays in a map and answers pushed frames by a script. Thread-safe.
class FakeRelayService final : public relay::v1::RelayService::Service {
 public:
  struct Script {
    // Answers of the frames in turn; the last one for all that follow.
    std::vector<relay::v1::PushOutcome> outcomes = {relay::v1::PUSH_OUTCOME_WRITTEN};
    // Answers begin once so many frames of a stream are unanswered.
    size_t answer_when_unanswered = 1;
    bool ready = true;
  };

  void set_script(Script script);
  void AddRelay(const std::string& key);
  void SetRtspUrl(const std::string& key, const std::string& url);
  // Blocks until so many frames came in, over all streams.
  bool WaitForFrames(size_t count, absl::Duration at_most = absl::Seconds(20));

  std::vector<std::string> frames() const;  // the pictures, over all streams
  std::vector<relay::v1::CreateRelayRequest> creations() const;
  std::vector<relay::v1::PushFramesRequest::Open> opens() const;
  size_t most_unanswered() const;
  // Of PushPackets, over all streams.
  std::vector<std::string> units() const;
  bool WaitForUnits(size_t count, absl::Duration at_most = absl::Seconds(20));

  grpc::Status CreateRelay(grpc::ServerContext*, const relay::v1::CreateRelayRequest*,
                           relay::v1::CreateRelayResponse*) override;
  grpc::Status GetRelay(grpc::ServerContext*, const relay::v1::GetRelayRequest*,
                        relay::v1::GetRelayResponse*) override;
  grpc::Status ListRelays(grpc::ServerContext*, const relay::v1::ListRelaysRequest*,
                          relay::v1::ListRelaysResponse*) override;
  grpc::Status DeleteRelay(grpc::ServerContext*, const relay::v1::DeleteRelayRequest*,
                           relay::v1::DeleteRelayResponse*) override;
  grpc::Status WaitUntilReady(grpc::ServerContext*, const relay::v1::WaitUntilReadyRequest*,
                              relay::v1::WaitUntilReadyResponse*) override;
  grpc::Status PushFrames(grpc::ServerContext*,
                          grpc::ServerReaderWriter<relay::v1::PushFramesResponse,
                                                   relay::v1::PushFramesRequest>*) override;
  grpc::Status UpdateRelay(grpc::ServerContext*, const relay::v1::UpdateRelayRequest*,
                           relay::v1::UpdateRelayResponse*) override;
  // All relays, then one change, then UNAVAILABLE.
  grpc::Status WatchRelays(grpc::ServerContext*, const relay::v1::WatchRelaysRequest*,
                           grpc::ServerWriter<relay::v1::WatchRelaysResponse>*) override;
  grpc::Status PushPackets(grpc::ServerContext*,
                           grpc::ServerReaderWriter<relay::v1::PushPacketsResponse,
                                                    relay::v1::PushPacketsRequest>*) override;
  grpc::Status ListEncoders(grpc::ServerContext*, const relay::v1::ListEncodersRequest*,
                            relay::v1::ListEncodersResponse*) override;

 private:
  relay::v1::PushOutcome Take(const relay::v1::PushFramesRequest::Frame& frame, size_t unanswered,
                              bool* answer);

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  Script script_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, relay::v1::Relay> relays_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> frames_ ABSL_GUARDED_BY(mutex_);
  std::vector<relay::v1::CreateRelayRequest> creations_ ABSL_GUARDED_BY(mutex_);
  std::vector<relay::v1::PushFramesRequest::Open> opens_ ABSL_GUARDED_BY(mutex_);
  size_t most_unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> units_ ABSL_GUARDED_BY(mutex_);
};

// Serves it on a port of loopback; can die and come back on the same port.
class FakeServer {
 public:
  FakeServer() { Start(); }
  ~FakeServer() { Stop(); }

  void Start();
  // Ends all streams at once, as a crash would.
  void Stop();

  std::string address() const;
  FakeRelayService& service() { return service_; }

 private:
  FakeRelayService service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace relayfleet::relayctl::testing

#endif  // RELAYFLEET_TOOLS_RELAYCTL_TESTING_FAKE_RELAY_SERVICE_H_
