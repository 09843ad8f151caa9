// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_MEDIA_RECEIVER_H_
#define RELAYFLEET_LIBS_RTSP_MEDIA_RECEIVER_H_

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/stream.h"
#include "libs/rtsp/line_sync.h"
#include "libs/rtsp/message.h"
#include "libs/rtsp/play_plan.h"
#include "libs/rtsp/track_receiver.h"
#include "libs/rtsp/udp_pair.h"

namespace relayfleet::rtsp {

// An access unit of video, or an audio frame, as it was read.
struct AccessUnit {
  uint32_t track = 0;          // media::Track::id
  std::string bytes;           // as media::Packet's payload
  int64_t pts = 0;             // ticks of the track's clock, not wrapped, one zero for all tracks
  bool key = false;            // decoding can begin here
  bool discontinuity = false;  // something is missing before
  absl::Time received_wall;    // when its last packet was read from the socket
  absl::Duration received_mono;
  // The sender's time for it, from sender reports; InfinitePast before the first.
  absl::Time sender_wall = absl::InfinitePast();
};

// Everything that comes for a session that plays: knows the tracks and the ways they come by,
// finds the track of each packet and gives units; sends our RTCP the same ways back.
//
// Calls and handlers happen on the strand. on_unit runs inside OnFrame, or as UDP arrives; never
// after Close().
class MediaReceiver : public std::enable_shared_from_this<MediaReceiver> {
  struct Private {};

 public:
  struct Options {
    absl::Duration reorder_window = absl::Milliseconds(50);  // UDP
  };

  struct Handler {
    absl::AnyInvocable<void(AccessUnit)> on_unit;
    // Interleaved frames that want to leave, with their headers.
    absl::AnyInvocable<void(absl::string_view)> send_frames;
  };

  static std::shared_ptr<MediaReceiver> Create(std::shared_ptr<base::AsioStrand> strand,
                                               Options options, Handler handler);

  MediaReceiver(Private, std::shared_ptr<base::AsioStrand> strand, Options options,
                Handler handler);

  // The track's packets come in the RTSP connection, RTP and RTCP on these channels.
  void AddTcp(PlayPlan::Item item, uint8_t rtp_channel, uint8_t rtcp_channel);

  // Opens ports for the next track; it is added, or not, once the server has answered.
  absl::StatusOr<std::shared_ptr<UdpPair>> OpenUdp(const boost::asio::ip::address& sender);
  void AddUdp(PlayPlan::Item item, std::shared_ptr<UdpPair> ports);

  // The server is about to play: from here on units come out.
  void Begin();

  void OnFrame(const InterleavedFrame& frame);

  // Sends a receiver report for each track.
  void SendReports();
  // Asks for a key frame of the video.
  void AskKey();

  std::vector<media::Track> tracks() const;
  uint64_t lost_packets() const;
  bool over_udp() const;

  // No handler call follows.
  void Close();

 private:
  // One track and its way.
  struct Leg {
    TrackReceiver receiver;
    std::shared_ptr<UdpPair> udp;  // null: interleaved
    uint8_t rtp_channel = 0;
    uint8_t rtcp_channel = 1;
    base::Timer flush_timer;
  };

  Leg* LegOf(const InterleavedFrame& frame);
  void OnDatagram(const UdpPair* ports, absl::string_view datagram, bool rtp);
  void Take(Leg* leg, absl::string_view packet, bool rtp);
  void Give(Leg* leg, std::vector<TrackReceiver::Unit> units);
  void ArmFlush(Leg* leg);
  void SendRtcp(Leg* leg, absl::string_view packet);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  const uint32_t ssrc_;  // ours
  std::vector<std::unique_ptr<Leg>> legs_;
  LineSync sync_;
  bool begun_ = false;
  bool closed_ = false;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_MEDIA_RECEIVER_H_
