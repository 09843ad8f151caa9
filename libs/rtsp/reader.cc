// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/reader.h"

#include <utility>

#include "absl/status/statusor.h"

namespace relayfleet::rtsp {
namespace {

constexpr int kMaxRedirects = 5;

// Where a redirect may lead: another RTSP server, not from TLS to plain text. Our credentials are
// for the server that was asked; no other gets them unless the redirect itself carries some.
absl::StatusOr<base::SecretUrl> RedirectOf(const base::SecretUrl& from,
                                           const std::string& location) {
  absl::StatusOr<base::SecretUrl> to = base::SecretUrl::Parse(location);
  if (!to.ok()) return absl::InternalError("the server redirects to what is no URL");
  if (to->scheme() != "rtsps" && (to->scheme() != "rtsp" || from.scheme() == "rtsps")) {
    return absl::PermissionDeniedError("the server redirects to a URL that is not allowed");
  }
  if (to->has_credentials() || to->host() != from.host()) return to;
  return to->WithCredentialsOf(from);
}

}  // namespace

std::shared_ptr<Reader> Reader::Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                      Handler handler) {
  auto reader = std::make_shared<Reader>(Private(), std::move(strand), std::move(options),
                                         std::move(handler));
  reader->Connect();
  reader->handshake_timer_ =
      reader->strand_->After(reader->options_.handshake_timeout, [weak = std::weak_ptr(reader)] {
        if (auto self = weak.lock()) {
          self->End(absl::DeadlineExceededError("the server does not answer in time"));
        }
      });
  return reader;
}

Reader::Reader(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      handler_(std::move(handler)),
      url_(options_.url) {}

// --- handshake -----------------------------------------------------------------------------------

void Reader::Connect() {
  std::weak_ptr<Reader> weak = weak_from_this();
  MediaReceiver::Handler media;
  media.on_unit = [weak](AccessUnit unit) {
    auto self = weak.lock();
    if (self != nullptr && !self->closed_) self->handler_.on_access_unit(std::move(unit));
  };
  media.send_frames = [weak](absl::string_view frames) {
    if (auto self = weak.lock()) self->client_->SendFrames(frames);
  };
  receiver_ =
      MediaReceiver::Create(strand_, {.reorder_window = options_.reorder_window}, std::move(media));
  Client::Handler events;
  events.on_connected = [weak] {
    if (auto self = weak.lock()) self->Shake();
  };
  events.on_frame = [weak](const InterleavedFrame& frame) {
    if (auto self = weak.lock()) self->receiver_->OnFrame(frame);
  };
  events.on_flushed = [] {};
  events.on_closed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->End(std::move(status));
  };
  client_ = Client::Start(strand_,
                          {.url = url_,
                           .address_check = options_.address_check,
                           .verify_certificate = options_.verify_certificate,
                           .ca_file = options_.ca_file},
                          std::move(events));
}

void Reader::Shake() {
  std::weak_ptr<Reader> weak = weak_from_this();
  PlayHandshake::Handler handler;
  handler.on_playing = [weak](const std::string& uri) {
    if (auto self = weak.lock()) self->OnPlaying(uri);
  };
  handler.on_redirect = [weak](const std::string& location) {
    if (auto self = weak.lock()) self->OnRedirect(location);
  };
  handler.on_failed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->End(std::move(status));
  };
  handshake_ = PlayHandshake::Start(client_, receiver_,
                                    {.transport = options_.transport, .audio = options_.audio},
                                    std::move(handler));
}

// The address behind the new name is checked as the first one was, before it is dialled.
void Reader::OnRedirect(const std::string& location) {
  absl::StatusOr<base::SecretUrl> url = RedirectOf(url_, location);
  if (!url.ok()) return End(url.status());
  if (++redirects_ > kMaxRedirects) {
    return End(absl::UnavailableError("the server redirects again and again"));
  }
  url_ = *std::move(url);
  client_->Close("TEARDOWN");
  Connect();
}

void Reader::OnPlaying(const std::string& uri) {
  handshake_timer_.Cancel();
  handshake_ = nullptr;
  client_->set_session_uri(uri);
  keepalive_ =
      Keepalive::Start(*strand_, client_, uri, [weak = weak_from_this()](absl::Status status) {
        if (auto self = weak.lock()) self->End(std::move(status));
      });
  ArmReports();
  handler_.on_playing(receiver_->tracks());
}

// --- playing -------------------------------------------------------------------------------------

void Reader::ArmReports() {
  report_timer_ = strand_->After(options_.report_interval, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    self->receiver_->SendReports();
    self->ArmReports();
  });
}

void Reader::AskKey() {
  if (!closed_) receiver_->AskKey();
}

uint64_t Reader::lost_packets() const { return receiver_->lost_packets(); }

bool Reader::over_udp() const { return receiver_->over_udp(); }

// --- end -----------------------------------------------------------------------------------------

void Reader::Close() {
  closed_ = true;
  handshake_timer_.Cancel();
  report_timer_.Cancel();
  keepalive_ = nullptr;
  receiver_->Close();
  client_->Close("TEARDOWN");
}

void Reader::End(absl::Status status) {
  if (closed_) return;
  Close();
  handler_.on_closed(std::move(status));
}

}  // namespace relayfleet::rtsp
