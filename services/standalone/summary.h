// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_STANDALONE_SUMMARY_H_
#define RELAYFLEET_SERVICES_STANDALONE_SUMMARY_H_

#include <string>
#include <vector>

namespace relayfleet::standalone {

// Where a started fleet is reached. Ports of 0: not served.
struct Places {
  std::string listen;  // IP address of all ports; unspecified: every one of the machine
  int robot_relay_port = 0;
  int rest_port = 0;
  int grpc_port = 0;
  std::string rtsp_url;  // of the stream KEY, perhaps on another machine
  int webrtc_port = 0;
  int hls_port = 0;
  std::vector<std::string> names;  // by which others may know this machine
};

// What a person wants to know after the start: "relayfleet is ready" and one line each, the name
// of the API before its URL. tools/start reads it too.
std::string Summary(const Places& places);

// The machine's host name, and the address from which it would talk to others if it could.
std::vector<std::string> OwnNames();

}  // namespace relayfleet::standalone

#endif  // RELAYFLEET_SERVICES_STANDALONE_SUMMARY_H_
