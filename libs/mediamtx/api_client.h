// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_
#define RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/mediamtx/api.h"
#include "libs/mediamtx/http_connection.h"

namespace relayfleet::mediamtx {

// The control API over one HTTP connection. Calls wait in its bounded queue. Everything happens on
// the strand given to Create; calls may come from any thread. Destruction ends the connection, and
// no `done` follows on that strand.
class ApiClient final : public Api {
 public:
  struct Options {
    HttpConnection::Options http;
    // Sessions asked for at once.
    int page_size = 500;
  };

  // For "http://[user:password@]host[:port]". INVALID_ARGUMENT otherwise; the message never
  // repeats the URL.
  static absl::StatusOr<Options> At(const base::SecretUrl& url);

  ApiClient(std::shared_ptr<base::AsioStrand> strand, Options options);
  ~ApiClient() override;

  void GetPath(absl::string_view path, Done<Path> done) override;
  void ListSessions(SessionKind kind, Done<std::vector<Session>> done) override;
  void ReplacePathConfig(absl::string_view path, std::string json, DoneStatus done) override;
  void DeletePathConfig(absl::string_view path, DoneStatus done) override;
  void Kick(SessionKind kind, absl::string_view id, DoneStatus done) override;

 private:
  const int page_size_;
  const std::shared_ptr<HttpConnection> connection_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_
