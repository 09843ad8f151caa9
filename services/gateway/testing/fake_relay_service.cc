// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/testing/fake_relay_service.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/limits.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "services/gateway/testing/fake_streams.h"

namespace relayfleet::gateway::testing {
namespace {

constexpr absl::string_view kSoi = "\xff\xd8\xff";
constexpr absl::string_view kSof0 = "\xff\xc0";
constexpr absl::string_view kEoi = "\xff\xd9";

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const absl::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(rpc::ToGrpc(status));
  return reactor;
}

absl::Status CheckSpec(const relay::v1::RelaySpec& spec) {
  if (spec.source_case() == relay::v1::RelaySpec::SOURCE_NOT_SET) {
    return base::InvalidField("spec.source", "exactly one must be set");
  }
  if (spec.frames().fps() > base::kMaxFps) {
    return base::InvalidField("spec.frames.fps", "must be 1 to 60");
  }
  if (spec.mediamtx().url().empty()) return absl::OkStatus();
  const auto url = base::SecretUrl::Parse(spec.mediamtx().url());
  return url.ok() ? base::UrlPolicy().CheckUrl(*url) : url.status();
}

absl::Status CheckJpeg(const std::string& jpeg) {
  if (jpeg.empty()) return base::EmptyImage();
  if (!absl::StartsWith(jpeg, kSoi)) return base::NotAJpeg("it does not begin with SOI");
  if (!absl::StrContains(jpeg, kSof0)) return base::NotAJpeg("it has no frame header");
  if (!absl::StrContains(jpeg, kEoi)) return base::NotAJpeg("it is truncated");
  return absl::OkStatus();
}

// Waits for readiness, the end of the timeout or of the caller, whichever is first.
class Wait final : public grpc::ServerUnaryReactor {
 public:
  Wait(FakeRelayService* service, std::string key, relay::v1::WaitUntilReadyResponse* response)
      : service_(service), key_(std::move(key)), response_(response) {}

  void Begin(std::shared_ptr<Wait> self, absl::Duration timeout) {
    self_ = self;
    // The alarm keeps its callback: weak, or the two would keep each other.
    const std::weak_ptr<Wait> weak = self;
    alarm_.Set(absl::ToChronoTime(absl::Now() + timeout), [weak](bool) {
      if (const auto wait = weak.lock()) wait->End();
    });
    service_->OnChange([weak] {
      const auto wait = weak.lock();
      if (wait != nullptr && wait->service_->IsReady(wait->key_)) wait->End();
    });
  }
  void OnCancel() override {
    service_->CountCancelled();
    End();
  }
  void OnDone() override {
    alarm_.Cancel();
    self_ = nullptr;
  }

 private:
  void End() {
    if (ended_.exchange(true)) return;
    response_->set_ready(service_->IsReady(key_));
    Finish(grpc::Status::OK);
  }

  FakeRelayService* const service_;
  const std::string key_;
  relay::v1::WaitUntilReadyResponse* const response_;
  std::atomic<bool> ended_ = false;
  grpc::Alarm alarm_;
  std::shared_ptr<Wait> self_;
};

class PushStream final
    : public grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse> {
 public:
  explicit PushStream(FakeRelayService* service) : service_(service) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    if (request_.has_open() != key_.empty()) return Finish(rpc::ToGrpc(base::OutOfOrder("open")));
    if (request_.has_open()) {
      key_ = request_.open().key();
      if (service_->relays().count(key_) == 0) {
        return Finish(rpc::ToGrpc(base::RelayNotFound(key_)));
      }
      return StartRead(&request_);
    }
    const absl::Status pushed = service_->Push(key_, request_.frame().jpeg());
    response_.set_id(request_.frame().id());
    response_.set_outcome(pushed.ok() ? relay::v1::PUSH_OUTCOME_ACCEPTED
                                      : relay::v1::PUSH_OUTCOME_BAD_IMAGE);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }
  void OnCancel() override { service_->CountCancelled(); }
  void OnDone() override { const std::unique_ptr<PushStream> self(this); }

 private:
  FakeRelayService* const service_;
  std::string key_;
  relay::v1::PushFramesRequest request_;
  relay::v1::PushFramesResponse response_;
};

}  // namespace

void FakeRelayService::Put(relay::v1::Relay relay) {
  base::MutexLock lock(&mutex_);
  relays_[relay.key()] = std::move(relay);
}

std::map<std::string, relay::v1::Relay> FakeRelayService::relays() const {
  base::MutexLock lock(&mutex_);
  return relays_;
}

std::vector<std::string> FakeRelayService::frames(const std::string& key) const {
  base::MutexLock lock(&mutex_);
  const auto found = frames_.find(key);
  return found == frames_.end() ? std::vector<std::string>() : found->second;
}

std::string FakeRelayService::last_metadata(const std::string& name) const {
  base::MutexLock lock(&mutex_);
  const auto found = metadata_.find(name);
  return found == metadata_.end() ? "" : found->second;
}

void FakeRelayService::WaitForCancelled(int count) {
  base::MutexLock lock(&mutex_);
  counted_.Wait(&mutex_, [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return cancelled_ >= count; });
}

void FakeRelayService::WaitForWaiting(int count) {
  base::MutexLock lock(&mutex_);
  counted_.Wait(&mutex_, [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return waiting_ >= count; });
}

void FakeRelayService::CountCancelled() {
  base::MutexLock lock(&mutex_);
  ++cancelled_;
  counted_.NotifyAll();
}

void FakeRelayService::OnChange(std::function<void()> told) {
  base::MutexLock lock(&mutex_);
  told_.push_back(std::move(told));
  ++waiting_;
  counted_.NotifyAll();
}

void FakeRelayService::Changed() {
  std::vector<std::function<void()>> told;
  {
    base::MutexLock lock(&mutex_);
    told = told_;
  }
  for (const auto& tell : told) tell();
}

void FakeRelayService::Note(const Context& context) {
  base::MutexLock lock(&mutex_);
  metadata_.clear();
  for (const auto& [name, value] : context.client_metadata()) {
    metadata_[std::string(name.data(), name.size())] = std::string(value.data(), value.size());
  }
}

absl::StatusOr<relay::v1::Relay> FakeRelayService::Find(const std::string& key) const {
  const absl::Status valid = base::ValidateKey(key);
  if (!valid.ok()) return valid;
  base::MutexLock lock(&mutex_);
  const auto found = relays_.find(key);
  if (found == relays_.end()) return base::RelayNotFound(key);
  return found->second;
}

bool FakeRelayService::IsReady(const std::string& key) const { return !frames(key).empty(); }

absl::Status FakeRelayService::Push(const std::string& key, const std::string& jpeg) {
  const auto relay = Find(key);
  if (!relay.ok()) return relay.status();
  if (!relay->spec().has_frames()) return base::NotAFramesRelay(key);
  const absl::Status checked = CheckJpeg(jpeg);
  if (!checked.ok()) return checked;
  {
    base::MutexLock lock(&mutex_);
    frames_[key].push_back(jpeg);
  }
  Changed();
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* FakeRelayService::CreateRelay(
    Context* context, const relay::v1::CreateRelayRequest* request,
    relay::v1::CreateRelayResponse* response) {
  Note(*context);
  absl::Status status = base::ValidateKey(request->key());
  if (status.ok()) status = CheckSpec(request->spec());
  if (!status.ok()) return Answer(context, status);
  base::MutexLock lock(&mutex_);
  const auto [entry, created] = relays_.try_emplace(request->key());
  relay::v1::Relay& relay = entry->second;
  if (created) {
    relay.set_key(request->key());
    *relay.mutable_spec() = request->spec();
    if (relay.spec().origin().empty()) relay.mutable_spec()->set_origin("native");
    relay.mutable_status()->set_state(relay::v1::RELAY_STATE_STARTING);
    *relay.mutable_status()->mutable_uptime() = rpc::ToProto(absl::Milliseconds(12345));
  } else if (!google::protobuf::util::MessageDifferencer::Equals(relay.spec(), request->spec())) {
    return Answer(context, base::RelayExists(request->key()));
  }
  *response->mutable_relay() = relay;
  response->set_existed(!created);
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeRelayService::GetRelay(Context* context,
                                                     const relay::v1::GetRelayRequest* request,
                                                     relay::v1::GetRelayResponse* response) {
  Note(*context);
  const auto relay = Find(request->key());
  if (relay.ok()) *response->mutable_relay() = *relay;
  return Answer(context, relay.status());
}

grpc::ServerUnaryReactor* FakeRelayService::ListRelays(Context* context,
                                                       const relay::v1::ListRelaysRequest* request,
                                                       relay::v1::ListRelaysResponse* response) {
  Note(*context);
  for (const auto& [key, relay] : relays()) {
    if (request->origin().empty() || relay.spec().origin() == request->origin()) {
      *response->add_relays() = relay;
    }
  }
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeRelayService::DeleteRelay(
    Context* context, const relay::v1::DeleteRelayRequest* request,
    relay::v1::DeleteRelayResponse*) {
  Note(*context);
  const auto relay = Find(request->key());
  base::MutexLock lock(&mutex_);
  relays_.erase(request->key());
  frames_.erase(request->key());
  return Answer(context, relay.status());
}

grpc::ServerUnaryReactor* FakeRelayService::StopAllRelays(
    Context* context, const relay::v1::StopAllRelaysRequest* request,
    relay::v1::StopAllRelaysResponse* response) {
  Note(*context);
  base::MutexLock lock(&mutex_);
  response->set_stopped(static_cast<uint32_t>(std::erase_if(relays_, [&](const auto& entry) {
    return request->origin().empty() || entry.second.spec().origin() == request->origin();
  })));
  return Answer(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FakeRelayService::WaitUntilReady(
    Context* context, const relay::v1::WaitUntilReadyRequest* request,
    relay::v1::WaitUntilReadyResponse* response) {
  Note(*context);
  const auto relay = Find(request->key());
  if (!relay.ok()) return Answer(context, relay.status());
  const absl::Duration timeout =
      request->has_timeout() ? rpc::FromProto(request->timeout()) : absl::Seconds(15);
  if (timeout < absl::ZeroDuration() || timeout > base::kMaxReadyWait) {
    return Answer(context, base::InvalidField("timeout", "must be 0 s to 300 s"));
  }
  if (IsReady(request->key()) || timeout == absl::ZeroDuration()) {
    response->set_ready(IsReady(request->key()));
    return Answer(context, absl::OkStatus());
  }
  auto wait = std::make_shared<Wait>(this, request->key(), response);
  wait->Begin(wait, timeout);
  return wait.get();
}

grpc::ServerUnaryReactor* FakeRelayService::PushFrame(Context* context,
                                                      const relay::v1::PushFrameRequest* request,
                                                      relay::v1::PushFrameResponse* response) {
  Note(*context);
  const absl::Status pushed = Push(request->key(), request->image().data());
  if (pushed.ok()) response->set_outcome(relay::v1::PUSH_OUTCOME_ACCEPTED);
  return Answer(context, pushed);
}

grpc::ServerBidiReactor<relay::v1::PushFramesRequest, relay::v1::PushFramesResponse>*
FakeRelayService::PushFrames(Context* context) {
  Note(*context);
  return std::make_unique<PushStream>(this).release();
}

grpc::ServerBidiReactor<relay::v1::PushPacketsRequest, relay::v1::PushPacketsResponse>*
FakeRelayService::PushPackets(Context* context) {
  Note(*context);
  return std::make_unique<PacketStream>(this).release();
}

grpc::ServerUnaryReactor* FakeRelayService::UpdateRelay(
    Context* context, const relay::v1::UpdateRelayRequest* request,
    relay::v1::UpdateRelayResponse* response) {
  Note(*context);
  auto relay = Find(request->key());
  absl::Status status = relay.status();
  status.Update(CheckSpec(request->spec()));
  if (!status.ok()) return Answer(context, status);
  const std::string origin = relay->spec().origin();
  *relay->mutable_spec() = request->spec();
  relay->mutable_spec()->set_origin(origin);
  relay->mutable_status()->set_state(relay::v1::RELAY_STATE_STARTING);
  Put(*relay);
  *response->mutable_relay() = *std::move(relay);
  return Answer(context, absl::OkStatus());
}

grpc::ServerWriteReactor<relay::v1::WatchRelaysResponse>* FakeRelayService::WatchRelays(
    Context* context, const relay::v1::WatchRelaysRequest*) {
  Note(*context);
  return std::make_unique<WatchStream>(this).release();
}

grpc::ServerUnaryReactor* FakeRelayService::ListEncoders(
    Context* context, const relay::v1::ListEncodersRequest*,
    relay::v1::ListEncodersResponse* response) {
  Note(*context);
  auto& encoder = *response->add_encoders();
  encoder.set_name("libx264");
  encoder.set_usable(true);
  return Answer(context, absl::OkStatus());
}

InProcessServer::InProcessServer(grpc::Service* service) {
  grpc::ServerBuilder builder;
  builder.RegisterService(service);
  builder.SetMaxReceiveMessageSize(base::kMaxGrpcMessageBytes);
  server_ = builder.BuildAndStart();
}

InProcessServer::~InProcessServer() {
  server_->Shutdown(absl::ToChronoTime(absl::Now()));
  server_->Wait();
}

std::shared_ptr<rpc::ChannelPool> InProcessServer::Channels() {
  return std::make_shared<rpc::ChannelPool>(std::vector{server_->InProcessChannel({})});
}

std::string TinyJpeg(const std::string& text) { return absl::StrCat(kSoi, kSof0, text, kEoi); }

}  // namespace relayfleet::gateway::testing
