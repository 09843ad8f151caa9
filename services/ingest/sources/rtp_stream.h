// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_STREAM_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_STREAM_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/media/sdp.h"
#include "libs/media/stream.h"
#include "libs/rtp/depacketizer.h"
#include "libs/rtp/reorder_buffer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/timestamp_unwrapper.h"
#include "services/ingest/source.h"
#include "services/ingest/sources/video_gate.h"

namespace relayfleet::ingest {

// Makes packets of the datagrams of one sender of video.
//
//   RTP ──► ReorderBuffer ──► Depacketizer ──► VideoGate ──► packets, loss
//
// A sender that comes back with another SSRC is followed once the one before is silent; until then
// it is a stranger. Times go on where they were. Knows no sockets; not thread-safe. Calls on_info,
// on_packet, on_lost and on_note of the handler, which may destroy its owner but not it.
class RtpStream {
 public:
  struct Options {
    media::Track track;
    media::SdpMedia media;  // payload type, and how it is packed
    absl::Duration reorder_window = absl::Milliseconds(50);
    // The stream before has to be silent for that long before another one takes its place.
    absl::Duration takeover = absl::Milliseconds(500);
  };

  // When something was read.
  struct Arrival {
    absl::Time wall;
    absl::Duration mono;
  };

  // INVALID_ARGUMENT: a codec that is not read from RTP.
  static absl::StatusOr<std::unique_ptr<RtpStream>> Create(Options options,
                                                           SourceAttempt::Handler* handler);

  // A datagram of the media port, RTP or RTCP.
  void Push(absl::string_view datagram, const Arrival& arrival);
  // One of the control port.
  void PushControl(absl::string_view datagram);
  // Gives up waiting for what did not come; due at deadline().
  void Flush(const Arrival& arrival);
  std::optional<absl::Duration> deadline() const { return reorder_->deadline(); }

  // Packets of other streams meanwhile.
  uint64_t strangers() const { return strangers_; }

 private:
  RtpStream(Options options, SourceAttempt::Handler* handler)
      : options_(std::move(options)), handler_(handler), gate_(options_.track) {}

  absl::Status Begin();
  bool Follow(uint32_t ssrc, const Arrival& arrival);
  void Depacketize(const rtp::RtpPacket& packet, const Arrival& arrival);
  void Deliver(rtp::Unit unit, const Arrival& arrival);
  void TellLost();
  void NoteType(uint8_t payload_type);
  int64_t PtsOf(uint32_t rtp_time, const Arrival& arrival);
  void SetCapture(uint32_t rtp_time, media::Packet* packet) const;

  const Options options_;
  SourceAttempt::Handler* const handler_;
  VideoGate gate_;
  std::optional<uint32_t> ssrc_;
  absl::Duration last_arrival_ = -absl::InfiniteDuration();  // of a packet of ssrc_
  // Of the present SSRC:
  std::unique_ptr<rtp::ReorderBuffer> reorder_;
  std::unique_ptr<rtp::Depacketizer> depacketizer_;
  std::optional<rtp::TimestampUnwrapper> unwrapper_;
  std::optional<rtp::SenderReport> report_;
  uint64_t lost_told_ = 0;
  // The time line over all of them.
  int64_t pts_base_ = 0;
  int64_t last_pts_ = 0;
  absl::Duration last_unit_arrival_ = absl::ZeroDuration();
  bool any_unit_ = false;
  bool began_anew_ = false;  // the next packet is a discontinuity
  bool noted_key_ = false;
  bool noted_type_ = false;
  uint64_t strangers_ = 0;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_STREAM_H_
