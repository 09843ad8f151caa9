// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_AAC_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_AAC_DEPACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/sequence_tracker.h"

namespace relayfleet::rtp {

// RTP packets (RFC 3640, such as AAC-hbr) to raw AAC frames: several in one packet, each with its
// own time, or one in several packets. Not interleaved.
class AacDepacketizer final : public Depacketizer {
 public:
  struct Options {
    // Bits of a frame's header; all 0: a packet is one frame without header.
    int size_length = 13;
    int index_length = 3;
    int index_delta_length = 3;
    int64_t frame_ticks = 1024;   // of the stream's clock, per frame
    size_t max_frame = 64 << 10;  // bytes
  };

  explicit AacDepacketizer(const Options& options) : options_(options) {}

  std::vector<Unit> Push(const RtpPacket& packet) override;
  uint64_t lost_packets() const override { return tracker_.lost(); }
  uint64_t dropped_units() const override { return dropped_; }

 private:
  // Takes the headers off the front of `payload`: the frames' sizes. Empty: malformed.
  std::vector<size_t> ReadSizes(absl::string_view* payload) const;
  void AddFragment(const RtpPacket& packet, absl::string_view payload, size_t size,
                   std::vector<Unit>* out);
  void AddFrames(const RtpPacket& packet, absl::string_view payload,
                 const std::vector<size_t>& sizes, std::vector<Unit>* out);
  void Emit(std::string frame, uint32_t rtp_time, std::vector<Unit>* out);
  void Drop();
  // Drops a frame of which only a part came.
  void DropPart();

  const Options options_;
  SequenceTracker tracker_;
  std::string part_;  // of a frame in several packets
  uint32_t part_time_ = 0;
  bool discontinuity_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_AAC_DEPACKETIZER_H_
