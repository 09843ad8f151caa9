// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_SECRET_URL_H_
#define RELAYFLEET_LIBS_BASE_SECRET_URL_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace relayfleet::base {

// scheme://[user[:password]@]host[:port][/path][?query], the only type for URLs of sources and
// targets: whatever prints it (ToString, <<, absl::StrFormat("%s")) masks user, password and
// the values of well-known names in query and path (token=, password=, X-Amz-Signature= …), so that
// logs, answers and metrics can't leak them. Only Reveal() gives the real one. A plain value.
class SecretUrl {
 public:
  // Refuses what servers read differently from each other: control characters, spaces,
  // backslashes, fragments, bytes above ASCII, odd host names and ports. The error never shows it.
  static absl::StatusOr<SecretUrl> Parse(absl::string_view text);

  const std::string& scheme() const { return scheme_; }      // lower case
  const std::string& user() const { return user_; }          // percent-decoded; may be empty
  const std::string& password() const { return password_; }  // percent-decoded; may be empty
  bool has_credentials() const { return !user_.empty() || !password_.empty(); }
  const std::string& host() const { return host_; }  // lower case; IPv6 without brackets
  std::optional<uint16_t> port() const { return port_; }
  uint16_t port_or(uint16_t standard) const { return port_.value_or(standard); }
  const std::string& path() const { return path_; }    // as written, with its slash; may be empty
  const std::string& query() const { return query_; }  // as written, without "?"

  // "host:port" or "[v6]:port", as dialled.
  std::string HostPort(uint16_t standard_port) const;
  // The same server, credentials and query with another path; "/" is put before it if it has none.
  // `path` is taken as it is: a key, or encoded.
  SecretUrl WithPath(absl::string_view path) const;
  // The same URL without user and password, as it goes into RTSP request lines.
  SecretUrl WithoutCredentials() const;
  // This URL with user and password of another.
  SecretUrl WithCredentialsOf(const SecretUrl& other) const;

  // For people: credentials are "***".
  std::string ToString() const;
  // For peers: everything, in one normal form.
  std::string Reveal() const;

  friend bool operator==(const SecretUrl&, const SecretUrl&) = default;
  friend std::ostream& operator<<(std::ostream& out, const SecretUrl& url) {
    return out << url.ToString();
  }
  friend absl::FormatConvertResult<absl::FormatConversionCharSet::kString> AbslFormatConvert(
      const SecretUrl& url, const absl::FormatConversionSpec&, absl::FormatSink* sink) {
    sink->Append(url.ToString());
    return {true};
  }

 private:
  SecretUrl() = default;
  absl::Status ParseAuthority(absl::string_view authority);
  absl::Status ParseUserinfo(absl::string_view userinfo);
  absl::Status ParseHostPort(absl::string_view host_port);
  std::string Assemble(absl::string_view userinfo, absl::string_view path,
                       absl::string_view query) const;

  std::string scheme_;
  std::string user_;
  std::string password_;
  std::string host_;
  std::optional<uint16_t> port_;
  std::string path_;
  std::string query_;
};

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_SECRET_URL_H_
