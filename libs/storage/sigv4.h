// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STORAGE_SIGV4_H_
#define RELAYFLEET_LIBS_STORAGE_SIGV4_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// AWS Signature Version 4, as S3 and its likes want it. Stateless; any thread.
namespace relayfleet::storage {

struct AwsCredentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty: none
};

// What is signed. Everything as it goes over the wire.
struct SigV4Request {
  std::string method = "GET";
  std::string path;   // percent-encoded
  std::string query;  // percent-encoded, sorted by name; no "?"
  // Names in lower case; holds "host" and "x-amz-date".
  std::map<std::string, std::string> headers;
  std::string payload_hash;  // hex SHA-256 of the body, or UNSIGNED-PAYLOAD
};

// Hex SHA-256.
std::string Sha256Hex(absl::string_view bytes);
// "20130524T000000Z", the value of x-amz-date.
std::string AmzDate(absl::Time time);
// A key as path of a URL: all but letters, digits, "-._~/" encoded.
std::string EncodeObjectPath(absl::string_view key);

// The value of the Authorization header. `time` is that of x-amz-date.
std::string SigV4Authorization(const SigV4Request& request, const AwsCredentials& credentials,
                               absl::string_view region, absl::string_view service,
                               absl::Time time);

}  // namespace relayfleet::storage

#endif  // RELAYFLEET_LIBS_STORAGE_SIGV4_H_
