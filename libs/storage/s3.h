// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STORAGE_S3_H_
#define RELAYFLEET_LIBS_STORAGE_S3_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/storage/sigv4.h"

// Where S3 and its likes keep objects, and how a GET of one is signed. Any thread.
namespace relayfleet::storage {

struct S3Options {
  AwsCredentials credentials;  // without access key: requests are not signed
  std::string region = "us-east-1";
  std::optional<base::SecretUrl> endpoint;  // http or https; none: AWS in `region`
  // https://endpoint/bucket/key, not https://bucket.endpoint/key. Always so at an endpoint that is
  // an address, and for buckets with dots, whose names no certificate covers.
  bool path_style = true;
};

// INVALID_ARGUMENT: `bucket` is none, or `key` is empty.
absl::StatusOr<base::SecretUrl> S3ObjectUrl(const S3Options& options, absl::string_view bucket,
                                            absl::string_view key);

// Headers of a GET of `url`, signed; `range` as in "bytes=0-", empty: all of it.
std::vector<std::string> S3GetHeaders(const S3Options& options, const base::SecretUrl& url,
                                      absl::string_view range, absl::Time now);

}  // namespace relayfleet::storage

#endif  // RELAYFLEET_LIBS_STORAGE_S3_H_
