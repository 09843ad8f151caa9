// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_READER_H_
#define RELAYFLEET_LIBS_RTSP_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/stream.h"
#include "libs/rtsp/address_check.h"
#include "libs/rtsp/client.h"
#include "libs/rtsp/keepalive.h"
#include "libs/rtsp/media_receiver.h"
#include "libs/rtsp/play_handshake.h"

namespace relayfleet::rtsp {

// One attempt at reading an RTSP server, such as a camera: its first video that we can read and
// its first such audio. DESCRIBE (following redirects), SETUP (RTP interleaved in the TCP
// connection, or over UDP), PLAY, then units, each as soon as it is whole, until somebody closes.
// It never retries: supervision is its owner's.
//
//   Start ──► handshake ──► on_playing ──► on_access_unit … ──► on_closed
//
// Everything, calls and handlers, happens on the strand given to Start; no handler runs inside
// Start, AskKey or Close. Held by shared_ptr; letting go of the last one closes the connection
// without TEARDOWN.
class Reader : public std::enable_shared_from_this<Reader> {
  struct Private {};

 public:
  using Transport = PlayTransport;

  struct Options {
    base::SecretUrl url;  // rtsp://[user:password@]host[:554]/path, or rtsps://…[:322]/…
    Transport transport = Transport::kTcpThenUdp;
    bool audio = true;  // reads it where there is any
    // From Start to the answer to PLAY.
    absl::Duration handshake_timeout = absl::Seconds(5);
    // Also of redirects' targets.
    AddressCheck address_check;
    bool verify_certificate = true;                     // of rtsps://
    std::string ca_file;                                // same; PEM; empty: the system's
    absl::Duration report_interval = absl::Seconds(5);  // of our receiver reports
    // UDP: how long a packet that is missing is waited for while later ones are there.
    absl::Duration reorder_window = absl::Milliseconds(50);
  };

  using AccessUnit = rtsp::AccessUnit;

  struct Handler {
    // The server plays; the tracks as its description says, parameter sets perhaps empty. Some
    // servers send the first access units before they say so.
    absl::AnyInvocable<void(const std::vector<media::Track>&)> on_playing;
    absl::AnyInvocable<void(AccessUnit)> on_access_unit;
    // The attempt ended; last call, made once. Codes as Publisher's; NOT_FOUND: nothing is on that
    // path; UNIMPLEMENTED: it has no video that we can read.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  static std::shared_ptr<Reader> Start(std::shared_ptr<base::AsioStrand> strand, Options options,
                                       Handler handler);

  Reader(Private, std::shared_ptr<base::AsioStrand> strand, Options options, Handler handler);

  // Asks the camera for a key frame (RTCP PLI). Many ignore it. Nothing before it plays.
  void AskKey();

  // Sends TEARDOWN if that needs no waiting, then closes. No handler call follows.
  void Close();

  // Of all tracks, so far.
  uint64_t lost_packets() const;
  // RTP comes over UDP; after on_playing.
  bool over_udp() const;

 private:
  void Connect();
  void Shake();
  void OnRedirect(const std::string& location);
  void OnPlaying(const std::string& uri);
  void ArmReports();
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  Handler handler_;
  base::SecretUrl url_;  // asked now: another after a redirect
  int redirects_ = 0;
  std::shared_ptr<Client> client_;
  std::shared_ptr<PlayHandshake> handshake_;
  std::shared_ptr<MediaReceiver> receiver_;
  std::shared_ptr<Keepalive> keepalive_;
  bool closed_ = false;
  base::Timer handshake_timer_;
  base::Timer report_timer_;
};

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_READER_H_
