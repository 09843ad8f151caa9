// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/keepalive.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {
namespace {

constexpr int kSessionNotFound = 454;
// Also where the server would wait longer: what is between may forget a silent connection.
constexpr absl::Duration kMaxInterval = absl::Seconds(30);

}  // namespace

std::shared_ptr<Keepalive> Keepalive::Start(base::Executor& strand, std::shared_ptr<Client> client,
                                            std::string uri,
                                            absl::AnyInvocable<void(absl::Status)> on_lost) {
  auto keepalive = std::make_shared<Keepalive>(Private(), strand, std::move(client), std::move(uri),
                                               std::move(on_lost));
  keepalive->Arm();
  return keepalive;
}

Keepalive::Keepalive(Private, base::Executor& strand, std::shared_ptr<Client> client,
                     std::string uri, absl::AnyInvocable<void(absl::Status)> on_lost)
    : strand_(strand),
      client_(std::move(client)),
      uri_(std::move(uri)),
      on_lost_(std::move(on_lost)) {}

void Keepalive::Arm() {
  const absl::Duration interval = std::min(client_->session_timeout() / 2, kMaxInterval);
  timer_ = strand_.After(interval, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr) return;
    self->Ask();
    self->Arm();
  });
}

// Nothing is asked while the server owes the answer before: it will have its reasons.
void Keepalive::Ask() {
  std::weak_ptr<Keepalive> weak = weak_from_this();
  client_->Ask(
      Request{.method = by_parameter_ ? "GET_PARAMETER" : "OPTIONS", .uri = uri_},
      [weak](const Response& response) {
        auto self = weak.lock();
        if (self == nullptr || self->by_parameter_ || self->refused_parameter_) return;
        self->by_parameter_ = absl::StrContains(response.headers.Get("Public"), "GET_PARAMETER");
      },
      [weak](const Response& response) {
        if (auto self = weak.lock()) self->OnRefused(response);
      });
}

void Keepalive::OnRefused(const Response& response) {
  if (response.code == kSessionNotFound) {
    return on_lost_(absl::UnavailableError("the server has forgotten the session"));
  }
  // Any other answer shows that it heard us.
  refused_parameter_ = refused_parameter_ || by_parameter_;
  by_parameter_ = false;
}

}  // namespace relayfleet::rtsp
