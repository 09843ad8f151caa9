// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/auth.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libs/rtsp/challenge.h"

namespace relayfleet::rtsp {
namespace {

absl::string_view Get(const AuthChallenge& challenge, absl::string_view name) {
  const auto found = challenge.parameters.find(std::string(name));
  return found == challenge.parameters.end() ? absl::string_view() : found->second;
}

bool OffersQopAuth(absl::string_view qop) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(qop, absl::ByAnyChar(", "), absl::SkipEmpty());
  return std::any_of(words.begin(), words.end(),
                     [](absl::string_view word) { return absl::EqualsIgnoreCase(word, "auth"); });
}

// Percent-decoding can bring line ends into a user name; in a header they would forge others.
bool HasControls(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return absl::ascii_iscntrl(c); });
}

}  // namespace

Authenticator::Authenticator(std::string user, std::string password)
    : user_(std::move(user)), password_(std::move(password)) {}

absl::Status Authenticator::Challenge(const std::vector<absl::string_view>& values, bool answered) {
  if (user_.empty() && password_.empty()) {
    return absl::UnauthenticatedError("the server asks for credentials");
  }
  if (HasControls(user_)) return absl::UnauthenticatedError("user name has control characters");
  Scheme best = Scheme::kNone;
  AuthChallenge chosen;
  for (absl::string_view value : values) {
    for (AuthChallenge& challenge : ParseChallenges(value)) {
      const Scheme scheme = SchemeOf(challenge);
      if (scheme <= best) continue;
      best = scheme;
      chosen = std::move(challenge);
    }
  }
  // Some servers, MediaMTX among them, refuse wrong credentials without a new challenge.
  if (answered && values.empty()) {
    return absl::UnauthenticatedError("the server refuses the credentials");
  }
  if (best == Scheme::kNone) {
    return absl::UnauthenticatedError("the server offers no known way to authenticate");
  }
  if (answered && !absl::EqualsIgnoreCase(Get(chosen, "stale"), "true")) {
    return absl::UnauthenticatedError("the server refuses the credentials");
  }
  Take(best, chosen);
  return absl::OkStatus();
}

Authenticator::Scheme Authenticator::SchemeOf(const AuthChallenge& challenge) {
  if (challenge.scheme == "basic") return Scheme::kBasic;
  const absl::string_view qop = Get(challenge, "qop");
  const absl::string_view algorithm = Get(challenge, "algorithm");
  if (challenge.scheme != "digest" || Get(challenge, "nonce").empty()) return Scheme::kNone;
  if (!qop.empty() && !OffersQopAuth(qop)) return Scheme::kNone;
  if (absl::EqualsIgnoreCase(algorithm, "SHA-256")) return Scheme::kSha256;
  const bool md5 = algorithm.empty() || absl::EqualsIgnoreCase(algorithm, "MD5");
  return md5 ? Scheme::kMd5 : Scheme::kNone;
}

void Authenticator::Take(Scheme scheme, const AuthChallenge& challenge) {
  scheme_ = scheme;
  realm_ = std::string(Get(challenge, "realm"));
  nonce_ = std::string(Get(challenge, "nonce"));
  opaque_ = std::string(Get(challenge, "opaque"));
  qop_auth_ = !Get(challenge, "qop").empty();
  algorithm_named_ = !Get(challenge, "algorithm").empty();
  nonce_count_ = 0;
}

std::string Authenticator::Authorize(absl::string_view method, absl::string_view uri) {
  switch (scheme_) {
    case Scheme::kNone:
      return "";
    case Scheme::kBasic:
      return absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(user_, ":", password_)));
    case Scheme::kMd5:
    case Scheme::kSha256:
      return Digest(method, uri);
  }
  return "";
}

std::string Authenticator::Hash(absl::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size,
             scheme_ == Scheme::kSha256 ? EVP_sha256() : EVP_md5(), nullptr);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string Authenticator::Digest(absl::string_view method, absl::string_view uri) {
  const std::string who = Hash(absl::StrCat(user_, ":", realm_, ":", password_));
  const std::string what = Hash(absl::StrCat(method, ":", uri));
  std::string value =
      absl::StrCat("Digest username=", QuotedString(user_), ", realm=", QuotedString(realm_),
                   ", nonce=", QuotedString(nonce_), ", uri=", QuotedString(uri));
  if (qop_auth_) {
    const std::string count = absl::StrFormat("%08x", ++nonce_count_);
    absl::BitGen random;
    const std::string cnonce = absl::StrFormat("%016x", absl::Uniform<uint64_t>(random));
    absl::StrAppend(&value, ", qop=auth, nc=", count, ", cnonce=\"", cnonce, "\", response=\"",
                    Hash(absl::StrCat(who, ":", nonce_, ":", count, ":", cnonce, ":auth:", what)),
                    "\"");
  } else {
    absl::StrAppend(&value, ", response=\"", Hash(absl::StrCat(who, ":", nonce_, ":", what)), "\"");
  }
  if (algorithm_named_) {
    absl::StrAppend(&value, ", algorithm=", scheme_ == Scheme::kSha256 ? "SHA-256" : "MD5");
  }
  if (!opaque_.empty()) absl::StrAppend(&value, ", opaque=", QuotedString(opaque_));
  return value;
}

}  // namespace relayfleet::rtsp
