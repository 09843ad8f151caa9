// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtp_packet.h"

using relayfleet::media::AppendNal;
using relayfleet::media::NalReader;

// Whatever the bytes: the units lie inside them, and go through RTP unchanged.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string access_unit;
  for (NalReader reader(bytes); reader.Next();) {
    if (reader.nal().empty() || reader.nal().data() < bytes.data()) std::abort();
    if (reader.nal().data() + reader.nal().size() > bytes.data() + size) std::abort();
    // Types above 23 mean something else in RTP.
    if ((reader.nal()[0] & 0x1f) == 0 || (reader.nal()[0] & 0x1f) > 23) return 0;
    AppendNal(reader.nal(), &access_unit);
  }
  relayfleet::rtp::RtpState state;
  std::string stream;
  relayfleet::rtp::H264Packetizer({.max_payload = 64}).Append(bytes, 1, &state, &stream);
  relayfleet::rtp::H264Depacketizer depacketizer({});
  std::vector<relayfleet::rtp::Unit> units;
  for (absl::string_view rest = stream; !rest.empty();) {
    const size_t length = static_cast<uint8_t>(rest[2]) * 256 + static_cast<uint8_t>(rest[3]);
    const auto packet = relayfleet::rtp::ParseRtpPacket(rest.substr(4, length));
    if (!packet.ok() || !units.empty() || packet->payload.size() > 64) std::abort();
    units = depacketizer.Push(*packet);
    rest.remove_prefix(4 + length);
  }
  if (units.size() != (access_unit.empty() ? 0 : 1)) std::abort();
  if (!units.empty() && units[0].bytes != access_unit) std::abort();
  return 0;
}
