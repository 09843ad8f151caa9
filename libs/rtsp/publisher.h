// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_PUBLISHER_H_
#define RELAYFLEET_LIBS_RTSP_PUBLISHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/client.h"
#include "libs/rtsp/outgoing_track.h"

namespace relayfleet::rtsp {

// One attempt at publishing one or more tracks: ANNOUNCE, a SETUP each (RTP interleaved in the TCP
// connection), RECORD, then packets until somebody closes. It never retries: supervision is its
// owner's.
//
//   Start ──► handshake ──► on_recording ──► Write ⇄ on_written, on_ready … ──► on_closed
//
// An access unit or audio frame leaves with one send. What the socket does not take follows before
// anything else does, and until then ready() is false: the queue that drops is the caller's. Each
// track's first sender report goes with its first packet, and then one each report_interval, also
// while no media flows. Sound is reported on the time line of the pictures.
//
// Everything, calls and handlers, happens on the strand given to Start; no handler runs inside
// Start, Write or Close. Held by shared_ptr; letting go of the last one closes the connection
// without TEARDOWN.
class Publisher : public std::enable_shared_from_this<Publisher> {
  struct Private {};

 public:
  struct Options {
    base::SecretUrl url;  // rtsp://[user:password@]host[:554]/path
    // H.264 and H.265 with parameter sets, AAC, Opus, G.711; each with its own id.
    std::vector<media::Track> tracks;
    // From Start to the answer to RECORD.
    absl::Duration handshake_timeout = absl::Seconds(5);
    // Bytes wait and the connection takes none, or what was sent is not acknowledged.
    absl::Duration write_stall_timeout = absl::Seconds(2);
    absl::Duration report_interval = absl::Seconds(2);
    AddressCheck address_check;
    // For each track, the state() of the attempt before; new lines where there is none.
    std::vector<rtp::RtpState> rtp;
  };

  struct Handler {
    // MediaMTX takes packets now.
    absl::AnyInvocable<void()> on_recording;
    // The packet with this Packet::seq, and all before, are in the socket.
    absl::AnyInvocable<void(uint64_t seq)> on_written;
    // ready() again after it was not, be it a packet or a report that had to wait.
    absl::AnyInvocable<void()> on_ready;
    // The attempt ended; last call, made once. Without credentials. UNAVAILABLE: unreachable or
    // broken. UNAUTHENTICATED: credentials refused or missing. DEADLINE_EXCEEDED: handshake or
    // write stalled. FAILED_PRECONDITION, NOT_FOUND: the server refused the path.
    // PERMISSION_DENIED: the address check or the server forbids it. INTERNAL: the peer does not
    // speak RTSP.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  static std::shared_ptr<Publisher> Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                          Handler handler);

  Publisher(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler);

  // Recording, and what was written before has left: Write may be called.
  bool ready() const;

  // Sends one packet of one of the tracks. Ignored unless ready().
  void Write(const media::Packet& packet);

  // Sends TEARDOWN if that needs no waiting, then closes. No handler call follows.
  void Close();

  // Where the RTP line of the track at `index` stands, also after the end: what the next attempt
  // goes on from.
  const rtp::RtpState& state(size_t index) const { return tracks_[index].state(); }

 private:
  void Open();
  void Announce();
  void Setup(size_t index);
  void Record();
  void OnRecording();
  void OnFlushed();
  OutgoingTrack* TrackOf(uint32_t id);
  absl::Time WallOf(const media::Packet& packet, const OutgoingTrack& track) const;
  void SendPeriodicReports();
  void ArmReport();
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  std::vector<OutgoingTrack> tracks_;
  std::shared_ptr<Client> client_;
  std::string buffer_;  // reused for each send
  bool recording_ = false;
  bool closed_ = false;
  std::optional<uint64_t> unwritten_;  // seq of the packet that is leaving
  base::Timer handshake_timer_;
  base::Timer report_timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_PUBLISHER_H_
