// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_PUBLISHER_H_
#define RELAYFLEET_LIBS_RTSP_PUBLISHER_H_

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
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtp/h264_packetizer.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/client.h"

namespace relayfleet::rtsp {

// One attempt at publishing one H.264 track: ANNOUNCE, SETUP (RTP interleaved in the TCP
// connection), RECORD, then access units until somebody closes. It never retries: supervision is
// its owner's.
//
//   Start ──► handshake ──► on_recording ──► Write ⇄ on_written, on_ready … ──► on_closed
//
// An access unit leaves with one send. What the socket does not take follows before anything else
// does, and until then ready() is false: the queue that drops is the caller's. A sender report
// goes ahead of the first access unit, and then one each report_interval, also while no media
// flows.
//
// Everything, calls and handlers, happens on the strand given to Start; no handler runs inside
// Start, Write or Close. Held by shared_ptr; letting go of the last one closes the connection
// without TEARDOWN.
class Publisher : public std::enable_shared_from_this<Publisher> {
  struct Private {};

 public:
  struct Options {
    base::SecretUrl url;  // rtsp://[user:password@]host[:554]/path
    media::Track track;   // H.264 with SPS and PPS
    // From Start to the answer to RECORD.
    absl::Duration handshake_timeout = absl::Seconds(5);
    // Bytes wait and the connection takes none, or what was sent is not acknowledged.
    absl::Duration write_stall_timeout = absl::Seconds(2);
    absl::Duration report_interval = absl::Seconds(2);
    AddressCheck address_check;
    // From rtp::RtpState::Random() or the state() of the attempt before.
    rtp::RtpState rtp;
  };

  struct Handler {
    // MediaMTX takes access units now.
    absl::AnyInvocable<void()> on_recording;
    // The access unit with this Packet::seq, and all before, are in the socket.
    absl::AnyInvocable<void(uint64_t seq)> on_written;
    // ready() again after it was not, be it an access unit or a report that had to wait.
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

  // Recording, and the access unit before has left: Write may be called.
  bool ready() const;

  // Sends one access unit of the track. Ignored unless ready().
  void Write(const media::Packet& packet);

  // Sends TEARDOWN if that needs no waiting, then closes. No handler call follows.
  void Close();

  // Where the RTP line stands, also after the end: what the next attempt goes on from.
  const rtp::RtpState& state() const { return state_; }

 private:
  void Open();
  void Announce();
  void Setup();
  void Record();
  void OnRecording();
  void OnFlushed();
  void AppendOpening(const media::Packet& packet);
  void AppendReport(absl::Duration elapsed);
  void SendPeriodicReport();
  void ArmReport();
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  rtp::RtpState state_;
  const rtp::H264Packetizer packetizer_;
  std::shared_ptr<Client> client_;
  std::string buffer_;  // reused for each send
  bool recording_ = false;
  bool announced_ = false;  // the first access unit of this attempt, by a delimiter and a report
  bool closed_ = false;
  std::optional<uint64_t> unwritten_;  // seq of the access unit that is leaving
  base::Timer handshake_timer_;
  base::Timer report_timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_PUBLISHER_H_
