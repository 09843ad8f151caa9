// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtp {

// Puts RTP packets (RFC 6184, packetization modes 0 and 1) together into Annex-B access units and
// lets each go at its marker bit, not one frame later. Packets come in order of sequence; one
// that comes late or twice is left out. What is missing or malformed takes its access unit along:
// nothing damaged comes out. Not thread-safe.
class H264Depacketizer {
 public:
  struct Options {
    size_t max_access_unit = size_t{8} << 20;  // bytes; larger ones are dropped
  };

  struct AccessUnit {
    std::string bytes;  // Annex B, 4-byte start codes
    uint32_t rtp_time = 0;
    bool key = false;            // holds an IDR picture
    bool discontinuity = false;  // something is missing before
  };

  explicit H264Depacketizer(Options options) : options_(options) {}

  // Returns what `packet` completes: mostly nothing or one; two if the access unit before ended
  // without a marker bit.
  std::vector<AccessUnit> Push(const RtpPacket& packet);

  uint64_t lost_packets() const { return lost_packets_; }
  // Access units that were left out, as far as one can know.
  uint64_t dropped_access_units() const { return dropped_; }

 private:
  void CheckSequence(uint16_t sequence);
  void AddPayload(absl::string_view payload);
  void AddAggregate(absl::string_view payload);
  void AddFragment(absl::string_view payload);
  void AddNal(absl::string_view nal);
  void EndAccessUnit(std::vector<AccessUnit>* out);

  const Options options_;
  AccessUnit current_;
  bool begun_ = false;    // a packet of the current access unit came
  bool damaged_ = false;  // something of it is missing
  bool in_fragment_ = false;
  bool discontinuity_ = false;  // for the next one that comes out
  std::optional<uint16_t> last_sequence_;
  uint64_t lost_packets_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_H264_DEPACKETIZER_H_
