// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_
#define RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/mediamtx/api.h"

namespace relayfleet::mediamtx {

// The control API over HTTP/1.1. One connection, kept alive; calls go one after the other and
// wait in a bounded queue. Everything happens on the strand given to Create; calls may come from
// any thread. Destruction ends the connection, and no `done` follows on that strand.
class ApiClient final : public Api {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    uint16_t port = 9997;
    std::string user;  // empty: no authentication
    std::string password;
    // For one request, from its turn to the end of the answer.
    absl::Duration deadline = absl::Seconds(2);
    // Of one answer; a larger one fails with INTERNAL.
    size_t max_body_bytes = 4 << 20;
    // Waiting calls; one more fails with RESOURCE_EXHAUSTED.
    size_t max_queued = 64;
    // Sessions asked for at once.
    int page_size = 500;
  };

  // Reads "http://[user:password@]host[:port]". INVALID_ARGUMENT otherwise; the message never
  // repeats the URL.
  static absl::StatusOr<Options> ParseUrl(absl::string_view url);

  ApiClient(std::shared_ptr<base::AsioStrand> strand, Options options);
  ~ApiClient() override;

  void GetPath(absl::string_view path, Done<Path> done) override;
  void ListSessions(SessionKind kind, Done<std::vector<Session>> done) override;
  void ReplacePathConfig(absl::string_view path, std::string json, DoneStatus done) override;
  void DeletePathConfig(absl::string_view path, DoneStatus done) override;
  void Kick(SessionKind kind, absl::string_view id, DoneStatus done) override;

 private:
  class Connection;
  const int page_size_;
  const std::shared_ptr<Connection> connection_;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_API_CLIENT_H_
