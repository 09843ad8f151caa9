// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_RTSP_ATTEMPT_H_
#define RELAYFLEET_SERVICES_PUBLISH_RTSP_ATTEMPT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/executor.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "services/publish/media_server.h"

namespace relayfleet::publish {

// One RTSP session that publishes a path, from the connection to its loss. Calls and handlers
// happen on one strand; no handler runs inside a call. Destruction drops the connection and
// forgets the handler.
class RtspAttempt {
 public:
  struct Handler {
    // The server takes packets now.
    absl::AnyInvocable<void()> on_recording;
    // The packet with this seq, and all before, are in the socket.
    absl::AnyInvocable<void(uint64_t seq)> on_written;
    // ready() again after it was not.
    absl::AnyInvocable<void()> on_ready;
    // It ended; once, last. The codes are those of rtsp::Publisher.
    absl::AnyInvocable<void(absl::Status)> on_closed;
  };

  virtual ~RtspAttempt() = default;

  // Recording, and nothing waits to leave: Write may be called.
  virtual bool ready() const = 0;
  // Sends one packet of one of the tracks; only when ready().
  virtual void Write(const media::Packet& packet) = 0;
  // Ends the session in order, without waiting. No handler call follows.
  virtual void Close() = 0;
};

// Makes the attempts of one path: they share the RTP time lines of its tracks. Lives on one strand.
class RtspDialer {
 public:
  virtual ~RtspDialer() = default;
  virtual std::unique_ptr<RtspAttempt> Dial(const MediaServer& server, const std::string& path,
                                            const std::vector<media::Track>& tracks,
                                            RtspAttempt::Handler handler) = 0;
};

// A strand, and a dialer whose attempts live on it.
struct Line {
  std::shared_ptr<base::Executor> strand;
  std::unique_ptr<RtspDialer> dialer;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_RTSP_ATTEMPT_H_
