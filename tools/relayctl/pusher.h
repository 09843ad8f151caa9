// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PUSHER_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PUSHER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "tools/relayctl/client.h"
#include "tools/relayctl/frame_source.h"
#include "tools/relayctl/interrupt.h"
#include "tools/relayctl/push_session.h"
#include "tools/relayctl/push_stats.h"

namespace relayfleet::relayctl {

// Feeds one relay from one source at a pace, through one PushSession after the other: a session
// that ends by the server's going away is followed by a new one after a backoff. Ends with the
// source, the count or an interrupt, or when the server says what no new attempt can heal.
//
// At most `max_in_flight` frames wait for their answers; while they do, the source waits as well.
// A frame that was sent and never answered is counted, not sent again: it is old by then.
class Pusher {
 public:
  struct Options {
    std::string key;
    relay::v1::AckLevel ack = relay::v1::ACK_LEVEL_WRITTEN;
    double fps = 5;      // 0: by the times of the source
    uint64_t count = 0;  // frames to send; 0: no limit
    size_t max_in_flight = 8;
    // Made before each session when set.
    std::optional<relay::v1::CreateRelayRequest> create;
    // How long a server that never answered is tried.
    absl::Duration give_up_after = absl::Seconds(10);
    // An answer that takes longer means that the server is gone.
    absl::Duration answer_within = absl::Seconds(10);
    // How long the last answers are awaited.
    absl::Duration drain = absl::Seconds(3);
  };
  // Told what goes on, in words for people. On the thread of Run().
  using Tell = std::function<void(absl::string_view)>;

  // All references outlive the pusher.
  Pusher(Options options, Stub& stub, FrameSource& source, const base::Clock& clock,
         Interrupt& interrupt, PushStats& stats, Tell tell);

  // Blocks until it is over; OK says nothing about the frames' fate, which is in the stats.
  absl::Status Run();

 private:
  enum class Step { kGoOn, kDone, kBroken };

  absl::Status RunSession();
  absl::Status Create();
  Step PushOne(PushSession& session, absl::Status& status);
  // Puts the next picture into pending_ when it is due.
  Step Fetch(absl::Status& status);
  bool WaitUntil(absl::Duration when);

  const Options options_;
  Stub& stub_;
  FrameSource& source_;
  const base::Clock& clock_;
  Interrupt& interrupt_;
  PushStats& stats_;
  const Tell tell_;

  std::optional<Picture> pending_;  // fetched, not sent
  bool over_ = false;               // nothing more to send
  bool ever_answered_ = false;
  bool away_ = false;  // told that the server is
  uint64_t sent_ = 0;
  absl::Duration next_due_;                  // fps > 0
  std::optional<absl::Duration> first_due_;  // of a source with times
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PUSHER_H_
