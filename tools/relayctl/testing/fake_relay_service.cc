// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/testing/fake_relay_service.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

namespace relayfleet::relayctl::testing {
namespace {

using grpc::ServerContext;
using grpc::Status;

Status Unknown(const std::string& key) { return {grpc::StatusCode::NOT_FOUND, "no relay " + key}; }

}  // namespace

void FakeRelayService::set_script(Script script) {
  base::MutexLock lock(&mutex_);
  script_ = std::move(script);
}

void FakeRelayService::AddRelay(const std::string& key) {
  base::MutexLock lock(&mutex_);
  relays_[key].set_key(key);
  relays_[key].mutable_status()->set_state(relay::v1::RELAY_STATE_RUNNING);
}

void FakeRelayService::SetRtspUrl(const std::string& key, const std::string& url) {
  base::MutexLock lock(&mutex_);
  relays_[key].mutable_status()->set_rtsp_url(url);
}

bool FakeRelayService::WaitForFrames(size_t count, absl::Duration at_most) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, at_most, [&] { return frames_.size() >= count; });
}

std::vector<std::string> FakeRelayService::frames() const {
  base::MutexLock lock(&mutex_);
  return frames_;
}

std::vector<relay::v1::CreateRelayRequest> FakeRelayService::creations() const {
  base::MutexLock lock(&mutex_);
  return creations_;
}

std::vector<relay::v1::PushFramesRequest::Open> FakeRelayService::opens() const {
  base::MutexLock lock(&mutex_);
  return opens_;
}

size_t FakeRelayService::most_unanswered() const {
  base::MutexLock lock(&mutex_);
  return most_unanswered_;
}

Status FakeRelayService::CreateRelay(ServerContext*, const relay::v1::CreateRelayRequest* request,
                                     relay::v1::CreateRelayResponse* response) {
  base::MutexLock lock(&mutex_);
  creations_.push_back(*request);
  const auto [at, made] = relays_.try_emplace(request->key());
  if (made) {
    at->second.set_key(request->key());
    *at->second.mutable_spec() = request->spec();
  } else if (at->second.spec().SerializeAsString() != request->spec().SerializeAsString()) {
    return {grpc::StatusCode::ALREADY_EXISTS, "another spec"};
  }
  *response->mutable_relay() = at->second;
  response->set_existed(!made);
  return Status::OK;
}

Status FakeRelayService::GetRelay(ServerContext*, const relay::v1::GetRelayRequest* request,
                                  relay::v1::GetRelayResponse* response) {
  base::MutexLock lock(&mutex_);
  const auto found = relays_.find(request->key());
  if (found == relays_.end()) return Unknown(request->key());
  *response->mutable_relay() = found->second;
  return Status::OK;
}

Status FakeRelayService::ListRelays(ServerContext*, const relay::v1::ListRelaysRequest*,
                                    relay::v1::ListRelaysResponse* response) {
  base::MutexLock lock(&mutex_);
  for (const auto& [key, relay] : relays_) *response->add_relays() = relay;
  return Status::OK;
}

Status FakeRelayService::DeleteRelay(ServerContext*, const relay::v1::DeleteRelayRequest* request,
                                     relay::v1::DeleteRelayResponse*) {
  base::MutexLock lock(&mutex_);
  return relays_.erase(request->key()) == 1 ? Status::OK : Unknown(request->key());
}

Status FakeRelayService::WaitUntilReady(ServerContext*,
                                        const relay::v1::WaitUntilReadyRequest* request,
                                        relay::v1::WaitUntilReadyResponse* response) {
  base::MutexLock lock(&mutex_);
  if (!relays_.contains(request->key())) return Unknown(request->key());
  response->set_ready(script_.ready);
  response->set_state(script_.ready ? relay::v1::RELAY_STATE_RUNNING
                                    : relay::v1::RELAY_STATE_STARTING);
  return Status::OK;
}

relay::v1::PushOutcome FakeRelayService::Take(const relay::v1::PushFramesRequest::Frame& frame,
                                              size_t unanswered, bool* answer) {
  base::MutexLock lock(&mutex_);
  const size_t at = std::min(frames_.size(), script_.outcomes.size() - 1);
  frames_.push_back(frame.jpeg());
  most_unanswered_ = std::max(most_unanswered_, unanswered);
  *answer = unanswered >= script_.answer_when_unanswered;
  changed_.NotifyAll();
  return script_.outcomes[at];
}

Status FakeRelayService::PushFrames(
    ServerContext*,
    grpc::ServerReaderWriter<relay::v1::PushFramesResponse, relay::v1::PushFramesRequest>* stream) {
  relay::v1::PushFramesRequest request;
  if (!stream->Read(&request)) return Status::OK;
  {
    base::MutexLock lock(&mutex_);
    opens_.push_back(request.open());
    if (!relays_.contains(request.open().key())) return Unknown(request.open().key());
  }
  std::deque<relay::v1::PushFramesResponse> unanswered;
  while (stream->Read(&request)) {
    bool answer = false;
    unanswered.emplace_back().set_id(request.frame().id());
    unanswered.back().set_outcome(Take(request.frame(), unanswered.size(), &answer));
    if (unanswered.back().outcome() == relay::v1::PUSH_OUTCOME_BAD_IMAGE) {
      unanswered.back().set_detail("no SOI");
    }
    if (!answer) continue;
    stream->Write(unanswered.front());
    unanswered.pop_front();
  }
  for (const relay::v1::PushFramesResponse& response : unanswered) stream->Write(response);
  return Status::OK;
}

std::vector<std::string> FakeRelayService::units() const {
  base::MutexLock lock(&mutex_);
  return units_;
}

bool FakeRelayService::WaitForUnits(size_t count, absl::Duration at_most) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, at_most, [&] { return units_.size() >= count; });
}

Status FakeRelayService::UpdateRelay(ServerContext*, const relay::v1::UpdateRelayRequest* request,
                                     relay::v1::UpdateRelayResponse* response) {
  base::MutexLock lock(&mutex_);
  const auto found = relays_.find(request->key());
  if (found == relays_.end()) return Unknown(request->key());
  relay::v1::Relay& relay = found->second;
  if (request->revision() != 0 && request->revision() != relay.revision()) {
    return {grpc::StatusCode::ABORTED, "another revision"};
  }
  *relay.mutable_spec() = request->spec();
  relay.set_revision(relay.revision() + 1);
  *response->mutable_relay() = relay;
  return Status::OK;
}

Status FakeRelayService::WatchRelays(ServerContext*, const relay::v1::WatchRelaysRequest* request,
                                     grpc::ServerWriter<relay::v1::WatchRelaysResponse>* writer) {
  base::MutexLock lock(&mutex_);
  relay::v1::WatchRelaysResponse response;
  for (const auto& [key, relay] : relays_) {
    if (!request->key().empty() && request->key() != key) continue;
    *response.mutable_relay() = relay;
    writer->Write(response);
  }
  relay::v1::WatchRelaysResponse synced;
  synced.set_synced(true);
  writer->Write(synced);
  response.mutable_relay()->mutable_status()->set_state(relay::v1::RELAY_STATE_RECOVERING);
  response.mutable_relay()->mutable_status()->set_last_error("No route to host");
  writer->Write(response);
  return {grpc::StatusCode::UNAVAILABLE, "going away"};
}

Status FakeRelayService::PushPackets(
    ServerContext*,
    grpc::ServerReaderWriter<relay::v1::PushPacketsResponse, relay::v1::PushPacketsRequest>*
        stream) {
  relay::v1::PushPacketsRequest request;
  if (!stream->Read(&request)) return Status::OK;
  {
    base::MutexLock lock(&mutex_);
    if (!relays_.contains(request.open().key())) return Unknown(request.open().key());
  }
  relay::v1::PushPacketsResponse progress;
  while (stream->Read(&request)) {
    progress.set_accepted(progress.accepted() + 1);
    {
      base::MutexLock lock(&mutex_);
      units_.push_back(request.unit().annexb());
      changed_.NotifyAll();
    }
    stream->Write(progress);
  }
  return Status::OK;
}

Status FakeRelayService::ListEncoders(ServerContext*, const relay::v1::ListEncodersRequest*,
                                      relay::v1::ListEncodersResponse* response) {
  auto& nvenc = *response->add_encoders();
  nvenc.set_name("h264_nvenc");
  nvenc.set_hardware(true);
  nvenc.set_reason("Cannot load libcuda.so.1");
  auto& x264 = *response->add_encoders();
  x264.set_name("libx264");
  x264.set_usable(true);
  x264.mutable_frame_time()->set_nanos(2'500'000);
  return Status::OK;
}

void FakeServer::Start() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(port_ == 0 ? "127.0.0.1:0" : address(),
                           grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
}

void FakeServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_ = nullptr;
}

std::string FakeServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

}  // namespace relayfleet::relayctl::testing
