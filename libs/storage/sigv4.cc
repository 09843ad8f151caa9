// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/sigv4.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace relayfleet::storage {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string HmacSha256(absl::string_view key, absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(),
       digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string SignedNames(const SigV4Request& request) {
  return absl::StrJoin(request.headers, ";", [](std::string* out, const auto& header) {
    absl::StrAppend(out, header.first);
  });
}

std::string CanonicalRequest(const SigV4Request& request) {
  std::string text = absl::StrCat(request.method, "\n", request.path, "\n", request.query, "\n");
  for (const auto& [name, value] : request.headers) {
    absl::StrAppend(&text, name, ":", absl::StripAsciiWhitespace(value), "\n");
  }
  absl::StrAppend(&text, "\n", SignedNames(request), "\n", request.payload_hash);
  return text;
}

}  // namespace

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), size});
}

std::string AmzDate(absl::Time time) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone());
}

std::string EncodeObjectPath(absl::string_view key) {
  std::string path;
  for (const char c : key) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        absl::string_view("-._~/").find(c) != absl::string_view::npos) {
      path += c;
    } else {
      absl::StrAppendFormat(&path, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return path;
}

std::string SigV4Authorization(const SigV4Request& request, const AwsCredentials& credentials,
                               absl::string_view region, absl::string_view service,
                               absl::Time time) {
  const std::string date = absl::FormatTime("%Y%m%d", time, absl::UTCTimeZone());
  const std::string scope = absl::StrCat(date, "/", region, "/", service, "/aws4_request");
  const std::string text = absl::StrCat("AWS4-HMAC-SHA256\n", AmzDate(time), "\n", scope, "\n",
                                        Sha256Hex(CanonicalRequest(request)));
  std::string key = absl::StrCat("AWS4", credentials.secret_key);
  for (const absl::string_view part :
       {absl::string_view(date), region, service, absl::string_view("aws4_request")}) {
    key = HmacSha256(key, part);
  }
  return absl::StrCat("AWS4-HMAC-SHA256 Credential=", credentials.access_key, "/", scope,
                      ", SignedHeaders=", SignedNames(request),
                      ", Signature=", absl::BytesToHexString(HmacSha256(key, text)));
}

}  // namespace relayfleet::storage
