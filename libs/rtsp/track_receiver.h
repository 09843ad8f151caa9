// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TRACK_RECEIVER_H_
#define RELAYFLEET_LIBS_RTSP_TRACK_RECEIVER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/media/stream.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/reception.h"
#include "libs/rtp/reorder_buffer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtp/timestamp_unwrapper.h"
#include "libs/rtsp/play_plan.h"

namespace relayfleet::rtsp {

// What comes for one track: RTP packets in, whole units out, each with its place on the track's
// own time line and the sender's time of day for it. A new SSRC is a new stream of the same track
// and begins with a discontinuity. Not thread-safe.
class TrackReceiver {
 public:
  struct Unit {
    rtp::Unit rtp;
    int64_t ticks = 0;  // 0 for the first, not wrapped; jumps where the sender's do
    absl::Time sender_wall = absl::InfinitePast();  // unknown before the first sender report
  };

  // `reorder_window`: how long a missing packet is waited for; nullopt: they come in order.
  TrackReceiver(PlayPlan::Item item, std::optional<absl::Duration> reorder_window);

  // What is no RTP, or of another payload type, is left out. `now`: monotonic, as in all calls.
  std::vector<Unit> OnRtp(absl::string_view bytes, absl::Duration now);
  // What is no RTCP is left out.
  void OnRtcp(absl::string_view bytes, absl::Duration now);
  // Goes on without what was waited for too long; to be called at deadline().
  std::vector<Unit> Flush(absl::Duration now);
  std::optional<absl::Duration> deadline() const;

  // What to report of it since the report before; nullopt: nothing came yet.
  std::optional<rtp::ReportBlock> Report(absl::Duration now);

  const media::Track& track() const { return item_.track; }
  uint8_t payload_type() const { return item_.media.payload_type; }
  // Of the sender; none before its first packet.
  std::optional<uint32_t> ssrc() const { return ssrc_; }
  uint64_t lost_packets() const { return lost_before_ + item_.depacketizer->lost_packets(); }

 private:
  void BeginStream(uint32_t ssrc);
  void Depacketize(const rtp::RtpPacket& packet, std::vector<Unit>* units);
  absl::Time SenderWall(uint32_t rtp_time) const;

  PlayPlan::Item item_;
  const std::optional<absl::Duration> reorder_window_;
  std::optional<rtp::ReorderBuffer> reorder_;  // of the stream, if it needs one
  rtp::Reception reception_;
  std::optional<uint32_t> ssrc_;
  bool discontinuity_ = false;  // for the next unit
  rtp::TimestampUnwrapper unwrapper_;
  std::optional<rtp::SenderReport> report_;  // the newest
  uint64_t lost_before_ = 0;                 // of streams that ended
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_TRACK_RECEIVER_H_
