// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/forward/call_meter.h"

#include <utility>

namespace relayfleet::gateway {

CallMeter::CallMeter(std::shared_ptr<Observer> observer, const char* method, std::string request_id,
                     const grpc::CallbackServerContext& context)
    : observer_(std::move(observer)),
      method_(method),
      request_id_(std::move(request_id)),
      remote_(context.peer()),
      began_(base::SystemClock().Monotonic()) {
  if (observer_ != nullptr) observer_->OnRequest("grpc");
}

void CallMeter::Done(const grpc::Status& status) {
  if (observer_ == nullptr) return;
  observer_->OnResponse("grpc", {.method = "POST",
                                 .route = method_,
                                 .request_id = request_id_,
                                 .remote = remote_,
                                 .status = static_cast<int>(status.error_code()),
                                 .duration = base::SystemClock().Monotonic() - began_});
}

void CallMeter::OnFrame() {
  if (observer_ != nullptr) observer_->OnStreamFrame();
}

void CallMeter::OnAnswer() {
  if (observer_ != nullptr) observer_->OnStreamAnswer();
}

}  // namespace relayfleet::gateway
