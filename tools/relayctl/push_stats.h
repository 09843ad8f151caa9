// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PUSH_STATS_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PUSH_STATS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "relayfleet/relay/v1/relay_service.pb.h"

namespace relayfleet::relayctl {

// What became of the pushed frames, and how long their answers took. Thread-safe.
class PushStats {
 public:
  struct Snapshot {
    uint64_t sent = 0;
    uint64_t acknowledged = 0;  // accepted, encoded or written, as asked for
    uint64_t unanswered = 0;    // the connection went away first
    uint64_t reconnects = 0;
    std::map<relay::v1::PushOutcome, uint64_t> dropped;
    std::string last_detail;  // what the server said about the newest drop
    absl::Duration p50, p99;  // round trip over the newest kWindow answers

    uint64_t waiting() const;        // for their answer
    uint64_t total_dropped() const;  // all reasons, unanswered aside
    // Frames that are gone without the pusher's own doing.
    uint64_t lost() const;
  };

  void Sent();
  void Answered(relay::v1::PushOutcome outcome, absl::Duration round_trip,
                absl::string_view detail = "");
  void Unanswered(uint64_t frames);
  void Reconnected();
  Snapshot Get() const;

 private:
  static constexpr size_t kWindow = 1024;

  mutable base::Mutex mutex_;
  Snapshot counts_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Duration> newest_ ABSL_GUARDED_BY(mutex_);  // a ring
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PUSH_STATS_H_
