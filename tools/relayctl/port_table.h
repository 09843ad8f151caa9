// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PORT_TABLE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PORT_TABLE_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace relayfleet::relayctl {

// The table of docs/ports.md as data; tests/e2e/test_troubleshooting.py compares the two.
struct PortUse {
  uint16_t port = 0;
  bool udp = false;
  absl::string_view name;
  absl::string_view flag;  // gives it another number
  bool internal = false;   // for the fleet itself: bound on loopback
};

inline constexpr std::array<PortUse, 19> kPortTable = {{
    {5020, false, "robot relay API", "--robot_relay_port", false},
    {8600, false, "native REST API", "--rest_port", false},
    {50050, false, "gRPC API", "--grpc_port", false},
    {50051, false, "ingest", "--listen", true},
    {50052, false, "transcode", "--listen", true},
    {50053, false, "publish", "--listen", true},
    {9600, false, "metrics", "--metrics_listen", true},
    {9601, false, "metrics", "--metrics_listen", true},
    {9602, false, "metrics", "--metrics_listen", true},
    {9603, false, "metrics", "--metrics_listen", true},
    {8554, false, "MediaMTX RTSP", "--mediamtx_rtsp_port", false},
    {8000, true, "MediaMTX RTP/RTCP", "--mediamtx_rtp_port", false},
    {8001, true, "MediaMTX RTP/RTCP", "--mediamtx_rtp_port", false},
    {8888, false, "MediaMTX HLS", "--mediamtx_hls_port", false},
    {8889, false, "MediaMTX WebRTC", "--mediamtx_webrtc_port", false},
    {8189, true, "MediaMTX WebRTC media", "--mediamtx_webrtc_udp_port", false},
    {8189, false, "MediaMTX WebRTC media", "--mediamtx_webrtc_udp_port", false},
    {9997, false, "MediaMTX control API", "--mediamtx_api_port", true},
    {9998, false, "MediaMTX metrics", "--mediamtx_metrics_port", true},
}};

// The row of that port; null: it is not in the table.
inline const PortUse* FindPort(uint16_t port, bool udp) {
  for (const PortUse& use : kPortTable) {
    if (use.port == port && use.udp == udp) return &use;
  }
  return nullptr;
}

// Whether a program of that name (as the kernel knows it) is one of the fleet or its MediaMTX.
inline bool IsOurs(absl::string_view program) {
  for (const absl::string_view ours :
       {"standalone", "gateway", "ingest", "transcode", "publish", "mediamtx"}) {
    if (program == ours) return true;
  }
  return false;
}

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PORT_TABLE_H_
