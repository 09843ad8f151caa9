// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/testing/rtp_sender.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtcp.h"

namespace relayfleet::ingest::testing {
namespace {

constexpr int64_t kFrame = 3000;

}  // namespace

std::string RtpSender::KeyUnit() {
  return absl::StrCat(
      absl::HexStringToBytes("000000016742c01fda014016e9a80000000168ce3c800000000165b8"),
      std::string(4000, 'k'));
}

std::string RtpSender::DeltaUnit() { return absl::HexStringToBytes("00000001419a0102"); }

std::vector<std::string> RtpSender::Send(const std::string& unit) {
  std::string stream;
  rtp::H264Packetizer({.payload_type = payload_type_})
      .Append(unit, state_.RtpTime(pts_), &state_, &stream);
  pts_ += kFrame;
  std::vector<std::string> datagrams;
  for (absl::string_view rest = stream; rest.size() > 4;) {
    const size_t size = static_cast<uint8_t>(rest[2]) << 8 | static_cast<uint8_t>(rest[3]);
    datagrams.emplace_back(rest.substr(4, size));
    rest.remove_prefix(4 + size);
  }
  return datagrams;
}

std::string RtpSender::Report(absl::Time wall) const {
  std::string report;
  rtp::AppendSenderReport({.ssrc = state_.ssrc, .wall = wall, .rtp_time = state_.RtpTime(pts_)},
                          "camera", &report);
  return report;
}

}  // namespace relayfleet::ingest::testing
