// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/media/stream.h"

namespace relayfleet::ingest {

// One attempt at a source that is read: a camera, a port, a file. It connects, describes what it
// finds, hands out packets and ends; it never retries, that is SourceSupervisor's part.
//
//   Open ──► on_info ──► on_packet … (on_info again at a format change) ──► on_end
//
// Everything happens on the relay's strand, given at Open; nothing that blocks does (libav and
// disks have threads of their own). No handler runs inside Open, AskKey or the destructor, and none
// after the destructor, which ends the attempt.
class SourceAttempt {
 public:
  struct Handler {
    // What follows. Packets of tracks that it does not name are not sent.
    absl::AnyInvocable<void(media::StreamInfo)> on_info;
    // In the order of decoding. pts and dts in the source's own line, from any zero, perhaps
    // jumping: the relay's line is made of them by Restamper. seq is not set. Arrival times are
    // set; capture_time where the source tells it (sender reports), trusted if plausible.
    // H.264 and H.265 without parameter sets in band have them from the track.
    absl::AnyInvocable<void(media::Packet)> on_packet;
    // Packets that never came or could not be used, since the last call.
    absl::AnyInvocable<void(uint64_t packets)> on_lost;
    // Something that users should know: shown in the status (without credentials).
    absl::AnyInvocable<void(std::string)> on_note;
    // Last, once. OK: the source is at its end, and that is all there was (a file). Else why, in
    // words for users, without credentials; the code decides what follows:
    //   UNAUTHENTICATED, PERMISSION_DENIED  wrong credentials, forbidden: given up after 3 tries
    //   FAILED_PRECONDITION, INVALID_ARGUMENT  given up at once: no retry heals it
    //   all others  tried again
    absl::AnyInvocable<void(absl::Status)> on_end;
  };

  virtual ~SourceAttempt() = default;

  // A late reader waits for a key frame: passed on where the source can be asked (RTCP PLI).
  virtual void AskKey() {}
};

// Opens attempts at one source of one relay. Lives on the relay's strand.
class Source {
 public:
  virtual ~Source() = default;

  // Begins an attempt. At most one exists at a time.
  virtual std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) = 0;

  // Silence is no failure: others send when they like (a port, a pipe).
  virtual bool passive() const { return false; }

  // For people, without credentials, e.g. "rtsp://10.0.0.5/stream1".
  virtual std::string name() const = 0;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_H_
