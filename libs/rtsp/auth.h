// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_AUTH_H_
#define RELAYFLEET_LIBS_RTSP_AUTH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/rtsp/challenge.h"

namespace relayfleet::rtsp {

// Answers a server's challenges with one user's credentials: Digest with SHA-256 or MD5 (RFC 7616,
// with qop=auth or none), else Basic. Takes the strongest offered. Not thread-safe.
class Authenticator {
 public:
  // Both empty: no credentials.
  Authenticator(std::string user, std::string password);

  // Takes the WWW-Authenticate values of a 401 answer. `answered`: the refused request carried
  // credentials already, so that only a stale nonce makes another try worth it. OK: send the
  // request again. UNAUTHENTICATED: credentials are missing, refused, or of no offered scheme.
  absl::Status Challenge(const std::vector<absl::string_view>& values, bool answered);

  // The Authorization value of a request; empty before a challenge.
  std::string Authorize(absl::string_view method, absl::string_view uri);

 private:
  enum class Scheme { kNone, kBasic, kMd5, kSha256 };  // the stronger, the greater
  static Scheme SchemeOf(const AuthChallenge& challenge);
  void Take(Scheme scheme, const AuthChallenge& challenge);
  std::string Hash(absl::string_view text) const;
  std::string Digest(absl::string_view method, absl::string_view uri);

  const std::string user_;
  const std::string password_;
  Scheme scheme_ = Scheme::kNone;
  std::string realm_;
  std::string nonce_;
  std::string opaque_;
  bool qop_auth_ = false;
  bool algorithm_named_ = false;
  uint32_t nonce_count_ = 0;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_AUTH_H_
