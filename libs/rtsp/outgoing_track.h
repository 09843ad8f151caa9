// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_OUTGOING_TRACK_H_
#define RELAYFLEET_LIBS_RTSP_OUTGOING_TRACK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtp/packetizer.h"
#include "libs/rtp/rtp_state.h"

namespace relayfleet::rtsp {

// One track of a Publisher: makes its RTP packets and sender reports, as interleaved frames, and
// keeps its RTP line. Track `index` has the channels 2 * index (RTP) and 2 * index + 1 (RTCP).
// Not thread-safe.
class OutgoingTrack {
 public:
  // `track`: of a codec that rtp::NewPacketizer knows.
  OutgoingTrack(const media::Track& track, size_t index, const rtp::RtpState& state);

  uint32_t id() const { return track_.id; }
  bool is_audio() const { return media::IsAudio(track_.codec); }
  const rtp::RtpState& state() const { return state_; }

  // Where this track says that `pts` of another one, with that clock rate, belongs in wall time:
  // both have one zero. InfinitePast: it has sent nothing.
  absl::Time WallOf(int64_t pts, int64_t clock_rate) const;

  // Appends a packet, which was taken at `wall`; the first one with what makes the server know us.
  void Append(const media::Packet& packet, absl::Time wall, std::string* out);

  // Appends a sender report that holds at `now`; a sign of life if nothing was sent.
  void AppendReport(absl::Time now, std::string* out) const;

  int64_t clock_rate() const { return track_.clock_rate; }

 private:
  const media::Track track_;
  const uint8_t report_channel_;
  std::unique_ptr<rtp::Packetizer> packetizer_;
  rtp::RtpState state_;
  bool introduced_ = false;  // the first packet of this session is sent
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_OUTGOING_TRACK_H_
