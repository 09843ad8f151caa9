// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_INTEGRATION_S3_SERVER_H_
#define RELAYFLEET_TESTS_INTEGRATION_S3_SERVER_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

namespace relayfleet::integration {

// A real S3 server (versitygw) on a free port of 127.0.0.1, over a folder: its folders are buckets,
// their files objects.
class S3Server {
 public:
  static constexpr char kAccessKey[] = "testkey";
  static constexpr char kSecretKey[] = "testsecret";

  // VERSITYGW_BIN names the program; null: it does not, or the program does not serve.
  static std::unique_ptr<S3Server> Start(const std::string& folder);
  // Whether VERSITYGW_BIN names one.
  static bool Exists();
  ~S3Server();

  // "http://127.0.0.1:port".
  std::string url() const;

 private:
  S3Server(pid_t pid, uint16_t port) : pid_(pid), port_(port) {}

  const pid_t pid_;
  const uint16_t port_;
};

}  // namespace relayfleet::integration

#endif  // RELAYFLEET_TESTS_INTEGRATION_S3_SERVER_H_
