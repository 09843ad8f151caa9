// SPDX-License-Identifier: Apache-2.0

#include "libs/base/secret_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/base/percent.h"

namespace relayfleet::base {
namespace {

constexpr absl::string_view kMask = "***";

// Ends of names whose values are nobody's business: "key" is apikey, stream_key … as well.
constexpr std::array<absl::string_view, 16> kSecretNames = {
    "user", "username", "usr",           "pass",   "passwd", "password",  "pwd", "passphrase",
    "auth", "token",    "authorization", "secret", "key",    "signature", "sig", "credential"};
// SRT puts user and password into it.
constexpr absl::string_view kSrtStreamId = "streamid";

bool IsSecretName(absl::string_view encoded) {
  const std::optional<std::string> name = PercentDecode(encoded);
  if (!name.has_value()) return true;  // unreadable: rather hide too much
  return *name == "jwt" || absl::EqualsIgnoreCase(*name, kSrtStreamId) ||
         std::any_of(kSecretNames.begin(), kSecretNames.end(),
                     [&](absl::string_view end) { return absl::EndsWithIgnoreCase(*name, end); });
}

// Replaces the value of each secret "name=value" in `text`; a value goes on to one of `ends`. Some
// cameras take credentials in the path: /user=admin_password=x_channel=1.
std::string MaskValues(absl::string_view text, absl::string_view ends) {
  std::string out;
  size_t begin = 0;  // of what is not copied yet
  size_t name = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (absl::StrContains("/&;?,", text[i])) name = i + 1;
    if (text[i] != '=') continue;
    const bool secret = IsSecretName(text.substr(name, i - name));
    name = i + 1;
    if (!secret) continue;
    const size_t end = std::min(text.find_first_of(ends, i), text.size());
    absl::StrAppend(&out, text.substr(begin, i + 1 - begin), kMask);
    begin = end;
    i = end - 1;  // looks at the end mark again: a name begins behind it
  }
  return absl::StrCat(out, text.substr(begin));
}

bool IsUrlCharacter(char c) {
  return absl::ascii_isgraph(static_cast<unsigned char>(c)) && !absl::StrContains("\\\"<>#", c);
}

// SimpleAtoi alone takes signs and spaces.
bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// A name whose last label is a number is an address to some resolvers (http://0x7f.1): only the
// usual four decimal numbers are taken.
bool IsHostName(const std::string& host) {
  const auto allowed = [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
  };
  if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), allowed) ||
      host[0] == '.' || host[0] == '-' || absl::StrContains(host, "..")) {
    return false;
  }
  const std::string label = host.substr(host.find_last_of('.', host.size() - 2) + 1);
  if (!absl::ascii_isdigit(label[0])) return true;
  const bool number =
      absl::StartsWith(label, "0x") || label.find_first_not_of("0123456789.") == std::string::npos;
  in_addr address;
  return !number || inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool IsScheme(absl::string_view scheme) {
  return !scheme.empty() && scheme.size() <= 16 && absl::ascii_isalpha(scheme[0]) &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
         });
}

}  // namespace

absl::StatusOr<SecretUrl> SecretUrl::Parse(absl::string_view text) {
  if (text.size() > kMaxUrlBytes) return InvalidUrl(absl::StrCat("over ", kMaxUrlBytes, " bytes"));
  if (!std::all_of(text.begin(), text.end(), IsUrlCharacter)) {
    return InvalidUrl("has a character that must be percent-encoded");
  }
  const size_t colon = text.find("://");
  if (colon == absl::string_view::npos || !IsScheme(text.substr(0, colon))) {
    return InvalidUrl("does not begin with a scheme such as rtsp://");
  }
  SecretUrl url;
  url.scheme_ = absl::AsciiStrToLower(text.substr(0, colon));
  const absl::string_view rest = text.substr(colon + 3);
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  const size_t query = std::min(rest.find('?', path), rest.size());
  url.path_ = std::string(rest.substr(path, query - path));
  if (query < rest.size()) url.query_ = std::string(rest.substr(query + 1));
  if (absl::Status status = url.ParseAuthority(rest.substr(0, path)); !status.ok()) return status;
  return url;
}

absl::Status SecretUrl::ParseAuthority(absl::string_view authority) {
  // The last "@", since passwords are often pasted in unencoded.
  const size_t at = authority.rfind('@');
  if (at == absl::string_view::npos) return ParseHostPort(authority);
  if (absl::Status status = ParseUserinfo(authority.substr(0, at)); !status.ok()) return status;
  return ParseHostPort(authority.substr(at + 1));
}

absl::Status SecretUrl::ParseUserinfo(absl::string_view userinfo) {
  const size_t colon = std::min(userinfo.find(':'), userinfo.size());
  const std::optional<std::string> user = PercentDecode(userinfo.substr(0, colon));
  const std::optional<std::string> password =
      PercentDecode(userinfo.substr(std::min(colon + 1, userinfo.size())));
  if (!user.has_value() || !password.has_value()) {
    return InvalidUrl("user or password has a \"%\" that must be written %25");
  }
  user_ = *user;
  password_ = *password;
  return absl::OkStatus();
}

absl::Status SecretUrl::ParseHostPort(absl::string_view host_port) {
  const bool bracketed = absl::StartsWith(host_port, "[");
  const size_t host_end = std::min(host_port.find(bracketed ? ']' : ':'), host_port.size());
  host_ = absl::AsciiStrToLower(host_port.substr(bracketed, host_end - bracketed));
  if (bracketed ? host_end == host_port.size() || !IsIpv6(host_) : !IsHostName(host_)) {
    return InvalidUrl("the host is neither a name nor an address (IPv6 in brackets)");
  }
  const absl::string_view rest = host_port.substr(host_end + bracketed);
  if (rest.empty()) return absl::OkStatus();
  uint32_t port = 0;
  const absl::string_view digits = rest.substr(1);
  if (rest[0] != ':' || digits.size() > 5 || !AllDigits(digits) ||
      !absl::SimpleAtoi(digits, &port) || port == 0 || port > 65535) {
    return InvalidUrl("the port is not a number from 1 to 65535");
  }
  port_ = static_cast<uint16_t>(port);
  return absl::OkStatus();
}

std::string SecretUrl::HostPort(uint16_t standard_port) const {
  const bool v6 = absl::StrContains(host_, ':');
  return absl::StrCat(v6 ? "[" : "", host_, v6 ? "]" : "", ":", port_or(standard_port));
}

SecretUrl SecretUrl::WithPath(absl::string_view path) const {
  SecretUrl url = *this;
  url.path_ = absl::StrCat(absl::StartsWith(path, "/") ? "" : "/", path);
  return url;
}

SecretUrl SecretUrl::WithoutCredentials() const {
  SecretUrl url = *this;
  url.user_.clear();
  url.password_.clear();
  return url;
}

SecretUrl SecretUrl::WithCredentialsOf(const SecretUrl& other) const {
  SecretUrl url = *this;
  url.user_ = other.user_;
  url.password_ = other.password_;
  return url;
}

std::string SecretUrl::ToString() const {
  return Assemble(has_credentials() ? kMask : "", MaskValues(path_, "/&;?,"),
                  MaskValues(query_, "&"));
}

std::string SecretUrl::Reveal() const {
  std::string userinfo = PercentEncode(user_);
  if (!password_.empty()) absl::StrAppend(&userinfo, ":", PercentEncode(password_));
  return Assemble(userinfo, path_, query_);
}

std::string SecretUrl::Assemble(absl::string_view userinfo, absl::string_view path,
                                absl::string_view query) const {
  const bool v6 = absl::StrContains(host_, ':');
  return absl::StrCat(scheme_, "://", userinfo, userinfo.empty() ? "" : "@", v6 ? "[" : "", host_,
                      v6 ? "]" : "", port_.has_value() ? absl::StrCat(":", *port_) : "", path,
                      query.empty() ? "" : "?", query);
}

}  // namespace relayfleet::base
