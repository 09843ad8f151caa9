// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/pipe_sender.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace relayfleet::relayctl {
namespace {

// The server is away, or was cut off: another stream may do.
bool IsPassing(const absl::Status& status) {
  return status.ok() || absl::IsUnavailable(status) || absl::IsCancelled(status) ||
         absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsResourceExhausted(status);
}

}  // namespace

PipeSender::PipeSender(Options options, Stub& stub, Tell tell)
    : options_(std::move(options)),
      stub_(stub),
      tell_(std::move(tell)),
      thread_([this] { Run(); }) {}

PipeSender::~PipeSender() { static_cast<void>(Finish()); }

void PipeSender::Offer(media::AnnexbSplitter::Unit unit) {
  base::MutexLock lock(&mutex_);
  ++counts_.offered;
  media::Packet packet;
  packet.seq = counts_.offered;
  packet.key = unit.key;
  packet.discontinuity = unit.discontinuity;
  packet.payload = media::MakePayload(std::move(unit.bytes));
  queue_.Push(media::Message(std::move(packet)));
  counts_.dropped_here = queue_.dropped();
  changed_.NotifyAll();
}

bool PipeSender::failed() const {
  base::MutexLock lock(&mutex_);
  return failed_;
}

PipeSender::Counts PipeSender::counts() const {
  base::MutexLock lock(&mutex_);
  return counts_;
}

absl::Status PipeSender::Finish() {
  {
    base::MutexLock lock(&mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
  base::MutexLock lock(&mutex_);
  return status_;
}

void PipeSender::Run() {
  absl::Status status;
  do {
    status = exists_ ? absl::OkStatus() : Create();
    if (status.ok()) status = RunSession();
    if (!status.ok() && IsPassing(status)) tell_(absl::StrCat(status.message(), "; trying again"));
  } while (IsPassing(status) && WaitForRetry());
  Delete();
  base::MutexLock lock(&mutex_);
  failed_ = !IsPassing(status);
  if (failed_) status_ = std::move(status);
}

// False: it ends.
bool PipeSender::WaitForRetry() {
  base::MutexLock lock(&mutex_);
  return !changed_.WaitFor(&mutex_, options_.retry,
                           [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return ending_; });
}

absl::Status PipeSender::Create() {
  relay::v1::CreateRelayResponse response;
  absl::Status status = Call(stub_, &Stub::CreateRelay, options_.create, &response);
  exists_ = status.ok();
  made_ = status.ok() && !response.existed();
  return status;
}

void PipeSender::Delete() {
  if (!made_ || options_.keep) return;
  relay::v1::DeleteRelayRequest request;
  request.set_key(options_.key);
  relay::v1::DeleteRelayResponse response;
  const absl::Status status = Call(stub_, &Stub::DeleteRelay, request, &response, options_.drain);
  if (!status.ok() && !absl::IsNotFound(status)) {
    tell_(absl::StrCat("the relay could not be deleted: ", status.message()));
  }
}

absl::Status PipeSender::RunSession() {
  grpc::ClientContext context;
  const auto stream = stub_.PushPackets(&context);
  bool over = false;  // guarded by mutex_: the server ended it
  Counts before;
  {
    base::MutexLock lock(&mutex_);
    // A later stream begins with a key frame again.
    if (counts_.streams++ > 0) queue_.Restart();
    before = counts_;
    counts_.dropped_here = queue_.dropped();
  }
  relay::v1::PushPacketsRequest request;
  request.mutable_open()->set_key(options_.key);
  stream->Write(request);
  std::thread reader([&] {
    relay::v1::PushPacketsResponse progress;
    while (stream->Read(&progress)) {
      base::MutexLock lock(&mutex_);
      counts_.accepted = before.accepted + progress.accepted();
      counts_.dropped_there = before.dropped_there + progress.dropped();
    }
    base::MutexLock lock(&mutex_);
    over = true;
    changed_.NotifyAll();
  });
  while (auto packet = Next(over)) {
    request.mutable_unit()->set_annexb(*packet->payload);
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  {
    base::MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, options_.drain, [&over] { return over; });
    if (!over) context.TryCancel();
  }
  reader.join();
  return ToStatus(stream->Finish());
}

std::optional<media::Packet> PipeSender::Next(const bool& over) {
  base::MutexLock lock(&mutex_);
  while (!over) {
    while (!queue_.empty()) {
      media::Message message = *queue_.Pop();
      if (auto* packet = std::get_if<media::Packet>(&message)) return std::move(*packet);
    }
    if (ending_) break;
    changed_.Wait(&mutex_, [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return over || ending_ || !queue_.empty();
    });
  }
  return std::nullopt;
}

}  // namespace relayfleet::relayctl
