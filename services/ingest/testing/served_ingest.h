// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_SERVED_INGEST_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_SERVED_INGEST_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/flow/direct_connector.h"
#include "libs/rpc/server.h"
#include "libs/state/memory_store.h"
#include "relayfleet/relay/v1/relay_service.grpc.pb.h"
#include "services/ingest/relay_manager.h"
#include "services/ingest/service.h"
#include "services/ingest/testing/echo_stages.h"
#include "services/ingest/testing/null_observer.h"

namespace relayfleet::ingest::testing {

// The smallest JPEG that the header check takes: 16x16 grey, no picture data to speak of.
inline const std::string& TinyJpeg() {
  static const std::string jpeg(
      "\xff\xd8"
      "\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
      "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
      "\x12\x34\xff\xd9",
      29);
  return jpeg;
}

// Remembers which request did what to which relay.
class RequestObserver final : public NullObserver {
 public:
  void OnCreated(absl::string_view key, bool, absl::string_view request) override {
    Add("created", key, request);
  }
  void OnStopped(absl::string_view key, absl::string_view request) override {
    Add("stopped", key, request);
  }
  void OnRefused(absl::string_view key, absl::string_view request, PushOutcome,
                 absl::string_view) override {
    Add("refused", key, request);
  }
  std::vector<std::string> events() {
    base::MutexLock lock(&mutex_);
    return events_;
  }

 private:
  void Add(absl::string_view what, absl::string_view key, absl::string_view request) {
    base::MutexLock lock(&mutex_);
    events_.push_back(absl::StrCat(what, " ", key, " ", request));
  }
  base::Mutex mutex_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);
};

// A transcode that found one encoder.
class OneEncoder final : public flow::EncoderLister {
 public:
  void ListEncoders(Done done) override {
    done(std::vector<media::EncoderReport>{{.name = "libx264", .usable = true}});
  }
};

// The service behind a real server in the process, between stages that take everything.
class ServedIngest : public ::testing::Test {
 protected:
  ServedIngest() {
    auto server = rpc::Server::Start({.listen = "", .services = {&service_}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = relay::v1::RelayService::NewStub(server_->InProcessChannel());
  }
  ~ServedIngest() override {
    server_ = nullptr;
    runtime_.Stop();
  }

  grpc::Status Create(const std::string& key, const std::string& id = "") {
    relay::v1::CreateRelayRequest request;
    request.set_key(key);
    request.mutable_spec()->mutable_frames();
    relay::v1::CreateRelayResponse response;
    grpc::ClientContext context;
    if (!id.empty()) context.AddMetadata("x-request-id", id);
    return stub_->CreateRelay(&context, request, &response);
  }
  grpc::Status Push(const std::string& key, const std::string& jpeg,
                    relay::v1::PushFrameResponse* response,
                    relay::v1::AckLevel wait_for = relay::v1::ACK_LEVEL_WRITTEN) {
    relay::v1::PushFrameRequest request;
    request.set_key(key);
    request.mutable_image()->set_data(jpeg);
    request.set_wait_for(wait_for);
    grpc::ClientContext context;
    return stub_->PushFrame(&context, request, response);
  }

  base::ThreadRuntime runtime_{2, "test"};
  std::unique_ptr<state::Store> store_ = state::NewMemoryStore();
  RequestObserver observer_;
  EchoTranscode transcode_{runtime_.NewStrand()};
  EchoPublish publish_{runtime_.NewStrand()};
  flow::DirectTranscodeConnector to_transcode_{&transcode_};
  flow::DirectPublishConnector to_publish_{&publish_};
  RelayManager manager_{{},
                        {.store = *store_,
                         .runtime = runtime_,
                         .disk = runtime_.NewStrand(),
                         .stages = {to_transcode_, to_publish_},
                         .observer = observer_,
                         .sources = [](const auto&, const auto&) { return nullptr; }}};
  OneEncoder encoders_;
  IngestService service_{manager_, runtime_, encoders_};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<relay::v1::RelayService::Stub> stub_;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_SERVED_INGEST_H_
