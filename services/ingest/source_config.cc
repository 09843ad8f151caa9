// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_config.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/secret_url.h"

ABSL_FLAG(std::vector<std::string>, source_allow, {},
          "Networks that sources may lie in, as 10.0.0.0/8. Empty: any but link-local ones and "
          "cloud metadata.");
ABSL_FLAG(std::vector<std::string>, source_deny, {}, "Networks that sources may not lie in.");
ABSL_FLAG(bool, rtsps_verify, true,
          "Whether the certificate of an rtsps:// source must be valid; many cameras sign their "
          "own.");
ABSL_FLAG(std::string, rtsps_ca_file, "",
          "Certificates (PEM) that those of rtsps:// sources are checked by. Empty: the system's.");

namespace relayfleet::ingest {
namespace {

// Docker's --env-file keeps the quotes that people put around values.
std::string Env(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

absl::StatusOr<storage::S3Options> S3Config() {
  storage::S3Options s3;
  s3.credentials = {.access_key = Env("AWS_ACCESS_KEY_ID"),
                    .secret_key = Env("AWS_SECRET_ACCESS_KEY"),
                    .session_token = Env("AWS_SESSION_TOKEN")};
  if (std::string region = Env("AWS_REGION"); !region.empty()) s3.region = std::move(region);
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
    const std::string text = Env(name);
    if (text.empty()) continue;
    auto endpoint = base::SecretUrl::Parse(text);
    if (!endpoint.ok()) return base::BadSetting(name, endpoint.status().message());
    s3.endpoint = *std::move(endpoint);
    break;
  }
  return s3;
}

}  // namespace

absl::StatusOr<SourceFactory::Options> SourceConfig() {
  auto policy = SourcePolicy::Create(
      {.allow = absl::GetFlag(FLAGS_source_allow), .deny = absl::GetFlag(FLAGS_source_deny)});
  if (!policy.ok()) return base::BadSetting("source_allow/source_deny", policy.status().message());
  auto s3 = S3Config();
  if (!s3.ok()) return s3.status();
  return SourceFactory::Options{.policy = *std::move(policy),
                                .s3 = *std::move(s3),
                                .verify_certificate = absl::GetFlag(FLAGS_rtsps_verify),
                                .ca_file = absl::GetFlag(FLAGS_rtsps_ca_file)};
}

}  // namespace relayfleet::ingest
