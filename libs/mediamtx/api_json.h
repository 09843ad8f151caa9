// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_API_JSON_H_
#define RELAYFLEET_LIBS_MEDIAMTX_API_JSON_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/mediamtx/api.h"

// Reads the control API's answers: of 1.20 (available/online, tracks2, inboundBytes) and of older
// versions (ready, tracks, bytesReceived). Whatever a peer sends gives a value or INTERNAL; fields
// that are absent or of another type count as empty. Stateless; any thread.
namespace relayfleet::mediamtx {

struct SessionPage {
  int page_count = 0;
  std::vector<Session> sessions;
};

absl::StatusOr<Path> ParsePath(absl::string_view json);
absl::StatusOr<SessionPage> ParseSessionPage(SessionKind kind, absl::string_view json);

// The failure that an HTTP status other than 2xx means, with the text of
// {"status":"error","error":…} if `body` is that.
absl::Status ErrorOf(int http_status, absl::string_view body);

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_API_JSON_H_
