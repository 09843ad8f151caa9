// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PATH_STATUS_H_
#define RELAYFLEET_SERVICES_PUBLISH_PATH_STATUS_H_

#include <cstdint>
#include <string>

namespace relayfleet::publish {

// What can be told about a published path: publish/v1's Path as plain values.
struct PathStatus {
  std::string path;
  std::string server;  // MediaServer::Name()
  bool online = false;
  uint64_t epoch = 0;
  uint64_t packets_written = 0;
  uint64_t packets_dropped = 0;
  uint32_t sessions = 0;
  std::string last_error;
  bool attached = false;

  friend bool operator==(const PathStatus&, const PathStatus&) = default;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PATH_STATUS_H_
