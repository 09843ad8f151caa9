// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/api_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"
#include "libs/base/secret_url.h"
#include "libs/mediamtx/api_json.h"

namespace relayfleet::mediamtx {
namespace {

// More than any MediaMTX has; ends the walk if a peer always promises another page.
constexpr int kMaxPages = 200;

const char* ListName(SessionKind kind) {
  return kind == SessionKind::kRtsp ? "rtspsessions" : "webrtcsessions";
}

// Ids come from MediaMTX itself (UUIDs); anything else must not become part of a request line.
bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         id.find_first_not_of("0123456789abcdefABCDEF-") == absl::string_view::npos;
}

HttpConnection::Done StatusOnly(Api::DoneStatus done) {
  return [done = std::move(done)](const absl::StatusOr<std::string>& body) mutable {
    done(body.status());
  };
}

// Fetches page after page.
class Lister : public std::enable_shared_from_this<Lister> {
 public:
  Lister(std::weak_ptr<HttpConnection> connection, SessionKind kind, int page_size,
         Api::Done<std::vector<Session>> done)
      : connection_(std::move(connection)),
        kind_(kind),
        page_size_(page_size),
        done_(std::move(done)) {}

  void Fetch() {
    const auto connection = connection_.lock();
    if (connection == nullptr) return;
    connection->Submit({.target = absl::StrCat("/v3/", ListName(kind_), "/list?page=", page_,
                                               "&itemsPerPage=", page_size_)},
                       [self = shared_from_this()](absl::StatusOr<std::string> body) {
                         self->OnPage(std::move(body));
                       });
  }

 private:
  void OnPage(absl::StatusOr<std::string> body) {
    // MediaMTX has no such list while it has WebRTC off.
    if (kind_ == SessionKind::kWebrtc && absl::IsNotFound(body.status())) {
      return done_(std::vector<Session>());
    }
    if (!body.ok()) return done_(body.status());
    auto page = ParseSessionPage(kind_, *body);
    if (!page.ok()) return done_(page.status());
    for (Session& session : page->sessions) sessions_.push_back(std::move(session));
    if (++page_ < std::min(page->page_count, kMaxPages)) return Fetch();
    done_(std::move(sessions_));
  }

  const std::weak_ptr<HttpConnection> connection_;
  const SessionKind kind_;
  const int page_size_;
  int page_ = 0;
  std::vector<Session> sessions_;
  Api::Done<std::vector<Session>> done_;
};

}  // namespace

absl::StatusOr<ApiClient::Options> ApiClient::At(const base::SecretUrl& url) {
  if (url.scheme() != "http") return base::InvalidUrl("the control API is an http URL");
  if (!url.query().empty() || (!url.path().empty() && url.path() != "/")) {
    return base::InvalidUrl("the control API's URL has no path");
  }
  Options options;
  options.http.host = url.host();
  options.http.port = url.port_or(options.http.port);
  options.http.user = url.user();
  options.http.password = url.password();
  return options;
}

ApiClient::ApiClient(std::shared_ptr<base::AsioStrand> strand, Options options)
    : page_size_(options.page_size),
      connection_(HttpConnection::Create(std::move(strand), std::move(options.http))) {}

ApiClient::~ApiClient() { connection_->Close(); }

void ApiClient::GetPath(absl::string_view path, Done<Path> done) {
  if (auto valid = base::ValidateKey(path); !valid.ok()) return connection_->Fail(valid, done);
  connection_->Submit({.target = absl::StrCat("/v3/paths/get/", path)},
                      [done = std::move(done)](absl::StatusOr<std::string> body) mutable {
                        body.ok() ? done(ParsePath(*body)) : done(body.status());
                      });
}

void ApiClient::ListSessions(SessionKind kind, Done<std::vector<Session>> done) {
  std::make_shared<Lister>(connection_, kind, page_size_, std::move(done))->Fetch();
}

void ApiClient::ReplacePathConfig(absl::string_view path, std::string json, DoneStatus done) {
  if (auto valid = base::ValidateKey(path); !valid.ok()) return connection_->Fail(valid, done);
  connection_->Submit({.method = HttpConnection::Method::kPost,
                       .target = absl::StrCat("/v3/config/paths/replace/", path),
                       .body = std::move(json)},
                      StatusOnly(std::move(done)));
}

void ApiClient::DeletePathConfig(absl::string_view path, DoneStatus done) {
  if (auto valid = base::ValidateKey(path); !valid.ok()) return connection_->Fail(valid, done);
  connection_->Submit({.method = HttpConnection::Method::kDelete,
                       .target = absl::StrCat("/v3/config/paths/delete/", path)},
                      StatusOnly(std::move(done)));
}

void ApiClient::Kick(SessionKind kind, absl::string_view id, DoneStatus done) {
  if (!IsId(id)) return connection_->Fail(base::InvalidField("id", "not a session's"), done);
  connection_->Submit({.method = HttpConnection::Method::kPost,
                       .target = absl::StrCat("/v3/", ListName(kind), "/kick/", id)},
                      StatusOnly(std::move(done)));
}

}  // namespace relayfleet::mediamtx
