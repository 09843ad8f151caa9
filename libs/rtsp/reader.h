// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_READER_H_
#define RELAYFLEET_LIBS_RTSP_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/sdp.h"
#include "libs/media/stream.h"
#include "libs/rtp/h264_depacketizer.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/timestamp_unwrapper.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/client.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {

// One attempt at reading the first H.264 track of an RTSP server: DESCRIBE, SETUP (RTP interleaved
// in the TCP connection), PLAY, then access units, each at its marker bit, until somebody closes.
// It never retries: supervision is its owner's.
//
//   Start ──► handshake ──► on_playing ──► on_access_unit … ──► on_closed
//
// Everything, calls and handlers, happens on the strand given to Start; no handler runs inside
// Start or Close. Held by shared_ptr; letting go of the last one closes the connection without
// TEARDOWN.
class Reader : public std::enable_shared_from_this<Reader> {
  struct Private {};

 public:
  struct Options {
    base::SecretUrl url;  // rtsp://[user:password@]host[:554]/path
    // From Start to the answer to PLAY.
    absl::Duration handshake_timeout = absl::Seconds(5);
    AddressCheck address_check;
  };

  struct AccessUnit {
    std::string bytes;           // Annex B
    int64_t pts = 0;             // ticks of the track's clock, 0 for the first, not wrapped
    bool key = false;            // holds an IDR picture
    bool discontinuity = false;  // something is missing before
    absl::Time received_wall;    // when its last packet was read from the socket
    absl::Duration received_mono;
    // The sender's time for it, from sender reports; InfinitePast before the first.
    absl::Time sender_wall = absl::InfinitePast();
  };

  struct Handler {
    // The server plays; the track as its description says, SPS and PPS perhaps empty. Some
    // servers send the first access units before they say so.
    absl::AnyInvocable<void(const media::Track&)> on_playing;
    absl::AnyInvocable<void(AccessUnit)> on_access_unit;
    // The attempt ended; last call, made once. Codes as Publisher's; NOT_FOUND: nothing is on that
    // path; FAILED_PRECONDITION also: it has no H.264 track.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  static std::shared_ptr<Reader> Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                       Handler handler);

  Reader(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler);

  // Sends TEARDOWN if that needs no waiting, then closes. No handler call follows.
  void Close();

  uint64_t lost_packets() const { return depacketizer_.lost_packets(); }

 private:
  void Open();
  void Describe();
  void OnDescribed(const Response& response);
  absl::Status ChooseTrack(const Response& response);
  void Setup();
  void Play();
  void OnPlaying();
  void ArmKeepalive();
  void OnFrame(const InterleavedFrame& frame);
  void OnRtp(absl::string_view bytes);
  void OnRtcp(absl::string_view bytes);
  absl::Time SenderWall(uint32_t rtp_time) const;
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  std::shared_ptr<Client> client_;
  media::Track track_;
  uint8_t payload_type_ = 0;
  std::string base_uri_;   // what relative controls are relative to
  std::string track_uri_;  // for SETUP
  std::string play_uri_;
  rtp::H264Depacketizer depacketizer_;
  rtp::TimestampUnwrapper unwrapper_;
  std::optional<rtp::SenderReport> report_;  // the newest
  bool playing_ = false;
  bool closed_ = false;
  base::Timer handshake_timer_;
  base::Timer keepalive_timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_READER_H_
