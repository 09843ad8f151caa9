// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/play_handshake.h"

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/rtsp/control_uri.h"

namespace relayfleet::rtsp {
namespace {

constexpr int kInvalidRange = 457;
constexpr int kUnsupportedTransport = 461;

bool IsRedirect(const Response& response) {
  return response.code > 300 && response.code < 400 && !response.headers.Get("Location").empty();
}

}  // namespace

std::shared_ptr<PlayHandshake> PlayHandshake::Start(std::shared_ptr<Client> client,
                                                    std::shared_ptr<MediaReceiver> receiver,
                                                    Options options, Handler handler) {
  auto handshake = std::make_shared<PlayHandshake>(
      Private(), std::move(client), std::move(receiver), options, std::move(handler));
  handshake->Describe();
  return handshake;
}

PlayHandshake::PlayHandshake(Private, std::shared_ptr<Client> client,
                             std::shared_ptr<MediaReceiver> receiver, Options options,
                             Handler handler)
    : client_(std::move(client)),
      receiver_(std::move(receiver)),
      options_(options),
      handler_(std::move(handler)),
      udp_(options.transport == PlayTransport::kUdp) {}

void PlayHandshake::Ask(Request request, Step on_ok, Step on_refused) {
  const auto then = [weak = weak_from_this()](Step step) {
    return [weak, step](const Response& response) {
      if (auto self = weak.lock()) (*self.*step)(response);
    };
  };
  client_->Ask(std::move(request), then(on_ok), then(on_refused));
}

// --- DESCRIBE ------------------------------------------------------------------------------------

void PlayHandshake::Describe() {
  Request request{.method = "DESCRIBE", .uri = client_->uri()};
  request.headers.Add("Accept", "application/sdp");
  Ask(std::move(request), &PlayHandshake::OnDescribed, &PlayHandshake::OnNotDescribed);
}

void PlayHandshake::OnDescribed(const Response& response) {
  absl::StatusOr<PlayPlan> plan = PlanPlay(response.body, options_.audio);
  if (!plan.ok()) return handler_.on_failed(plan.status());
  plan_ = *std::move(plan);
  bases_ = {BaseUri(client_->uri(), response.headers.Get("Content-Base"),
                    response.headers.Get("Content-Location"))};
  if (bases_[0] != client_->uri()) bases_.push_back(client_->uri());
  Setup();
}

void PlayHandshake::OnNotDescribed(const Response& response) {
  if (IsRedirect(response)) {
    return handler_.on_redirect(std::string(response.headers.Get("Location")));
  }
  handler_.on_failed(Client::RefusalOf("DESCRIBE", response));
}

// --- SETUP ---------------------------------------------------------------------------------------

void PlayHandshake::Setup() {
  if (next_ == plan_.items.size()) return Play(true);
  absl::StatusOr<std::string> uri = ControlUri(bases_[0], plan_.items[next_].media.control);
  absl::StatusOr<std::string> transport = WantedTransport();
  if (!uri.ok()) {
    return handler_.on_failed(
        absl::InternalError("the stream's description has a malformed control attribute"));
  }
  if (!transport.ok()) return handler_.on_failed(transport.status());
  Request request{.method = "SETUP", .uri = *std::move(uri)};
  request.headers.Add("Transport", *transport);
  Ask(std::move(request), &PlayHandshake::OnSetup, &PlayHandshake::OnSetupRefused);
}

absl::StatusOr<std::string> PlayHandshake::WantedTransport() {
  if (!udp_) {
    return absl::StrCat("RTP/AVP/TCP;unicast;interleaved=", 2 * added_, "-", 2 * added_ + 1);
  }
  absl::StatusOr<std::shared_ptr<UdpPair>> ports = receiver_->OpenUdp(client_->peer());
  if (!ports.ok()) return ports.status();
  ports_ = *std::move(ports);
  return absl::StrCat("RTP/AVP;unicast;client_port=", ports_->port(), "-", ports_->port() + 1);
}

void PlayHandshake::OnSetup(const Response& response) {
  if (absl::Status added = AddTrack(response); !added.ok()) return handler_.on_failed(added);
  ++added_;
  ++next_;
  Setup();
}

// Without details the server does as asked.
absl::Status PlayHandshake::AddTrack(const Response& response) {
  const absl::string_view value = response.headers.Get("Transport");
  Transport got{.tcp = !udp_};
  if (!value.empty()) {
    absl::StatusOr<Transport> parsed = ParseTransport(value);
    if (!parsed.ok()) return absl::InternalError(parsed.status().message());
    got = *std::move(parsed);
  }
  // "RTP/AVP" alone, without ports, may mean either.
  if (!udp_ && !got.tcp && !got.server_port.has_value()) got.tcp = true;
  if (got.tcp == udp_ || got.multicast) {
    return absl::InternalError("the server sets up another transport than asked");
  }
  if (udp_) {
    if (got.server_port.has_value()) {
      ports_->SetServerPorts(got.server_port->first, got.server_port->second);
    }
    receiver_->AddUdp(std::move(plan_.items[next_]), std::move(ports_));
  } else {
    const auto asked = static_cast<uint8_t>(2 * added_);
    const auto channels =
        got.interleaved.value_or(std::make_pair(asked, static_cast<uint8_t>(asked + 1)));
    receiver_->AddTcp(std::move(plan_.items[next_]), channels.first, channels.second);
  }
  return absl::OkStatus();
}

void PlayHandshake::OnSetupRefused(const Response& response) {
  if (response.code == kUnsupportedTransport && !udp_ && added_ == 0 &&
      options_.transport == PlayTransport::kTcpThenUdp) {
    udp_ = true;
    return Setup();
  }
  // The URI may be wrong because the Content-Base is.
  if (response.code < 500 && response.code != kUnsupportedTransport && added_ == 0 &&
      bases_.size() > 1) {
    bases_.erase(bases_.begin());
    return Setup();
  }
  if (added_ == 0) return handler_.on_failed(Client::RefusalOf("SETUP", response));
  // The video goes on without its sound.
  ++next_;
  Setup();
}

// --- PLAY ----------------------------------------------------------------------------------------

void PlayHandshake::Play(bool with_range) {
  absl::StatusOr<std::string> uri = ControlUri(bases_[0], plan_.control);
  uri_ = uri.ok() ? *std::move(uri) : bases_[0];
  with_range_ = with_range;
  // Packets may come ahead of the answer.
  receiver_->Begin();
  Request request{.method = "PLAY", .uri = uri_};
  if (with_range) request.headers.Add("Range", "npt=0.000-");
  Ask(std::move(request), &PlayHandshake::OnPlaying, &PlayHandshake::OnPlayRefused);
}

void PlayHandshake::OnPlaying(const Response&) { handler_.on_playing(uri_); }

void PlayHandshake::OnPlayRefused(const Response& response) {
  if (response.code == kInvalidRange && with_range_) return Play(false);
  handler_.on_failed(Client::RefusalOf("PLAY", response));
}

}  // namespace relayfleet::rtsp
