// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_LINK_H_
#define RELAYFLEET_SERVICES_PUBLISH_LINK_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/backoff.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "services/publish/media_server.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish {

// Keeps one path published: attempt after attempt, with a short pause between.
//
//   idle ─Start─► connecting ─recording─► online ─lost─► waiting ─► connecting …
//                      └────failed────────────────────────► waiting
//
// A path that the server takes from us twice in a short while, and in between takes us without
// having been away, has another publisher: then the pause is long, or both would throw each other
// out for ever. Lives on one strand.
class Link {
 public:
  struct Options {
    // Pauses: random up to a limit that doubles from the first to the second, never below the
    // third.
    absl::Duration first_pause = absl::Milliseconds(100);
    absl::Duration max_pause = absl::Milliseconds(500);
    absl::Duration min_pause = absl::Milliseconds(20);
    // After wrong credentials or a forbidden address: no hammering.
    absl::Duration refused_pause = absl::Seconds(5);
    // Lost twice within the first: the second.
    absl::Duration takeover_window = absl::Seconds(10);
    absl::Duration takeover_pause = absl::Seconds(30);
    // Share of the limit, [0, 1). Empty: random.
    std::function<double()> jitter;
  };
  struct Handler {
    absl::AnyInvocable<void()> on_online;
    absl::AnyInvocable<void(uint64_t seq)> on_written;
    // ready() again after it was not.
    absl::AnyInvocable<void()> on_ready;
    // A session ended or an attempt failed; what was not reported written is lost.
    absl::AnyInvocable<void(flow::Lost)> on_lost;
  };

  Link(std::shared_ptr<base::Executor> strand, std::unique_ptr<RtspDialer> dialer,
       MediaServer server, std::string path, Options options, Handler handler);

  // The format of the next attempt. The first call starts.
  void SetTracks(const std::vector<media::Track>& tracks);
  // The session can't carry the tracks: another begins at once, with nothing of this one reported.
  // False: there is none, and the next one will have them.
  bool Redial();
  // Does not wait any longer: the server came back.
  void RetryNow();
  // Ends the session in order; nothing is reported afterwards.
  void Stop();

  bool connecting() const { return state_ == State::kConnecting; }
  bool online() const { return state_ == State::kOnline; }
  bool ready() const { return online() && attempt_->ready(); }
  void Write(const media::Packet& packet) { attempt_->Write(packet); }

 private:
  enum class State { kIdle, kConnecting, kOnline, kWaiting, kStopped };

  void Dial();
  void Discard();
  void OnRecording();
  void OnClosed(const absl::Status& status);
  bool PathTaken(const absl::Status& status, bool was_online);
  absl::Duration Pause(const absl::Status& status, bool taken, absl::Duration lived);

  const std::shared_ptr<base::Executor> strand_;
  const std::unique_ptr<RtspDialer> dialer_;
  const MediaServer server_;
  const std::string path_;
  const Options options_;
  Handler handler_;
  State state_ = State::kIdle;
  std::vector<media::Track> tracks_;
  base::Backoff backoff_;
  absl::Duration online_since_;
  std::deque<absl::Duration> losses_;  // times at which a server that stayed up closed on us
  base::Timer retry_;
  std::unique_ptr<RtspAttempt> attempt_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_LINK_H_
