// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/s3.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace relayfleet::storage {
namespace {

bool IsBucketName(absl::string_view bucket) {
  return bucket.size() >= 3 && bucket.size() <= 63 &&
         std::all_of(bucket.begin(), bucket.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
         });
}

bool IsAddress(absl::string_view host) {
  return absl::StrContains(host, ':') || std::all_of(host.begin(), host.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || c == '.';
         });
}

// As curl writes it: with the port unless it is the scheme's own.
std::string HostHeader(const base::SecretUrl& url) {
  const uint16_t standard = url.scheme() == "https" ? 443 : 80;
  const std::string with_port = url.HostPort(standard);
  if (url.port_or(standard) != standard) return with_port;
  return with_port.substr(0, with_port.rfind(':'));
}

}  // namespace

absl::StatusOr<base::SecretUrl> S3ObjectUrl(const S3Options& options, absl::string_view bucket,
                                            absl::string_view key) {
  if (!IsBucketName(bucket)) return absl::InvalidArgumentError("not the name of an S3 bucket");
  if (key.empty()) return absl::InvalidArgumentError("an S3 object needs a key");
  absl::StatusOr<base::SecretUrl> url =
      options.endpoint.has_value()
          ? *options.endpoint
          : base::SecretUrl::Parse(absl::StrCat("https://s3.", options.region, ".amazonaws.com"));
  if (!url.ok()) return url.status();
  const std::string path = EncodeObjectPath(key);
  if (options.path_style || IsAddress(url->host()) || absl::StrContains(bucket, '.')) {
    const absl::string_view base = absl::StripSuffix(url->path(), "/");
    return url->WithPath(absl::StrCat(base, "/", bucket, "/", path));
  }
  return base::SecretUrl::Parse(
      absl::StrCat(url->scheme(), "://", bucket, ".", HostHeader(*url), "/", path));
}

std::vector<std::string> S3GetHeaders(const S3Options& options, const base::SecretUrl& url,
                                      absl::string_view range, absl::Time now) {
  SigV4Request request{.path = url.path(), .query = "", .payload_hash = Sha256Hex("")};
  if (!range.empty()) request.headers["range"] = std::string(range);
  std::vector<std::string> lines;
  if (!options.credentials.access_key.empty()) {
    request.headers["host"] = HostHeader(url);
    request.headers["x-amz-content-sha256"] = request.payload_hash;
    request.headers["x-amz-date"] = AmzDate(now);
    if (!options.credentials.session_token.empty()) {
      request.headers["x-amz-security-token"] = options.credentials.session_token;
    }
    lines.push_back(absl::StrCat("authorization: ", SigV4Authorization(request, options.credentials,
                                                                       options.region, "s3", now)));
  }
  for (const auto& [name, value] : request.headers) {
    lines.push_back(absl::StrCat(name, ": ", value));
  }
  return lines;
}

}  // namespace relayfleet::storage
