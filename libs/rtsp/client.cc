// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/client.h"

#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/base/errors.h"

namespace relayfleet::rtsp {
namespace {

constexpr uint16_t kRtspPort = 554;
constexpr uint16_t kRtspsPort = 322;
constexpr absl::string_view kUserAgent = "relayfleet";
// A request is refused with 401 at most twice: no credentials yet, and a stale nonce.
constexpr int kMaxRefusals = 2;

std::optional<TlsSession::Options> TlsOf(const Client::Options& options) {
  if (options.url.scheme() != "rtsps") return std::nullopt;
  return TlsSession::Options{
      .host = options.url.host(), .verify = options.verify_certificate, .ca_file = options.ca_file};
}

}  // namespace

absl::Status Client::RefusalOf(absl::string_view method, const Response& response) {
  const std::string message = absl::StrCat("the server answers ", method, " with ", response.code,
                                           " ", base::Quoted(response.reason));
  // 453: not enough bandwidth, 454: session not found.
  if (response.code >= 500 || response.code == 453 || response.code == 454) {
    return absl::UnavailableError(message);
  }
  if (response.code == 401) return absl::UnauthenticatedError(message);
  if (response.code == 403) return absl::PermissionDeniedError(message);
  if (response.code == 404) return absl::NotFoundError(message);
  // Redirects too: a target was checked against the URL policy, another one was not.
  return absl::FailedPreconditionError(message);
}

std::shared_ptr<Client> Client::Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                      Handler handler) {
  auto client = std::make_shared<Client>(Private(), std::move(strand), std::move(options),
                                         std::move(handler));
  std::weak_ptr<Client> weak = client;
  Connection::Handler events;
  events.on_connected = [weak] {
    if (auto self = weak.lock()) self->handler_.on_connected();
  };
  events.on_bytes = [weak](absl::string_view bytes) {
    if (auto self = weak.lock()) self->OnBytes(bytes);
  };
  events.on_flushed = [weak] {
    if (auto self = weak.lock()) self->handler_.on_flushed();
  };
  events.on_closed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->Fail(std::move(status));
  };
  const Options& given = client->options_;
  client->connection_ = Connection::Open(
      client->strand_,
      {.host = given.url.host(),
       .port = given.url.port_or(given.url.scheme() == "rtsps" ? kRtspsPort : kRtspPort),
       .address_check = given.address_check,
       .stall_timeout = given.stall_timeout,
       .tls = TlsOf(given)},
      std::move(events));
  return client;
}

Client::Client(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      uri_(options_.url.WithoutCredentials().Reveal()),
      session_uri_(uri_),
      handler_(std::move(handler)),
      authenticator_(options_.url.user(), options_.url.password()),
      parser_(MessageParser::Options()) {}

bool Client::Ask(Request request, Answer on_ok, Answer on_refused) {
  if (closed_ || pending_.has_value()) return false;
  pending_ = Pending{.request = std::move(request),
                     .on_ok = std::move(on_ok),
                     .on_refused = std::move(on_refused)};
  SendPending();
  return true;
}

void Client::SendPending() {
  pending_->cseq = next_cseq_;
  connection_->Send(Prepare(pending_->request, &pending_->authorized));
}

std::string Client::Prepare(Request request, bool* authorized) {
  request.headers.Add("CSeq", absl::StrCat(next_cseq_++));
  request.headers.Add("User-Agent", kUserAgent);
  if (!session_.empty()) request.headers.Add("Session", session_);
  const std::string credentials = authenticator_.Authorize(request.method, request.uri);
  *authorized = !credentials.empty();
  if (*authorized) request.headers.Add("Authorization", credentials);
  return Serialize(request);
}

void Client::Close(absl::string_view farewell_method) {
  if (closed_) return;
  closed_ = true;
  pending_.reset();
  if (connection_->flushed() && !session_.empty()) {
    bool authorized = false;
    connection_->Send(
        Prepare(Request{.method = std::string(farewell_method), .uri = session_uri_}, &authorized));
  }
  connection_->Close();
}

void Client::OnBytes(absl::string_view bytes) {
  auto self = shared_from_this();  // a handler may let go of us
  parser_.Append(bytes);
  while (!closed_) {
    absl::StatusOr<std::optional<Message>> message = parser_.Next();
    if (!message.ok()) return Fail(absl::InternalError(message.status().message()));
    if (!message->has_value()) return;
    if (const auto* frame = std::get_if<InterleavedFrame>(&**message)) {
      handler_.on_frame(*frame);
    } else if (const auto* response = std::get_if<Response>(&**message)) {
      OnResponse(*response);
    } else if (const auto* request = std::get_if<Request>(&**message)) {
      OnRequest(*request);
    }
  }
}

void Client::OnRequest(const Request& request) {
  Response response;
  response.headers.Add("CSeq", request.headers.Get("CSeq"));
  if (request.method == "OPTIONS") {
    response.headers.Add("Public", "OPTIONS, GET_PARAMETER, SET_PARAMETER, TEARDOWN");
  } else if (request.method != "GET_PARAMETER" && request.method != "SET_PARAMETER" &&
             request.method != "TEARDOWN") {
    response.code = 501;
  }
  response.reason = response.code == 200 ? "OK" : "Not Implemented";
  connection_->Send(Serialize(response));
  if (request.method == "TEARDOWN") Fail(absl::UnavailableError("the server ended the session"));
}

void Client::OnResponse(const Response& response) {
  if (!pending_.has_value() || response.code < 200) return;
  const absl::string_view cseq = response.headers.Get("CSeq");
  if (!cseq.empty() && cseq != absl::StrCat(pending_->cseq)) return;
  if (response.code == 401) return OnUnauthorized(response);
  Pending done = *std::move(pending_);
  pending_.reset();
  if (response.code < 300) {
    accepted_ = accepted_ || done.authorized;
    TakeSession(response);
    return done.on_ok(response);
  }
  if (done.on_refused != nullptr) return done.on_refused(response);
  Fail(RefusalOf(done.request.method, response));
}

void Client::OnUnauthorized(const Response& response) {
  const int refusals = ++pending_->refusals;
  // Credentials that were good before are good: the nonce is new, even if the server does not say
  // "stale" as it should.
  const bool answered = pending_->authorized && !(accepted_ && refusals == 1);
  absl::Status retry =
      refusals > kMaxRefusals
          ? absl::UnauthenticatedError("the server refuses the credentials again and again")
          : authenticator_.Challenge(response.headers.GetAll("WWW-Authenticate"), answered);
  if (!retry.ok()) return Fail(std::move(retry));
  SendPending();
}

// "Session: 12345678;timeout=60"
void Client::TakeSession(const Response& response) {
  const absl::string_view value = response.headers.Get("Session");
  if (value.empty()) return;
  std::vector<absl::string_view> parts = absl::StrSplit(value, ';');
  session_ = std::string(absl::StripAsciiWhitespace(parts[0]));
  for (absl::string_view part : parts) {
    part = absl::StripAsciiWhitespace(part);
    int seconds = 0;
    if (absl::ConsumePrefix(&part, "timeout=") && absl::SimpleAtoi(part, &seconds) && seconds > 0) {
      session_timeout_ = absl::Seconds(seconds);
    }
  }
}

void Client::Fail(absl::Status status) {
  if (closed_) return;
  closed_ = true;
  connection_->Close();
  handler_.on_closed(std::move(status));
}

}  // namespace relayfleet::rtsp
