// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PROGRESS_H_
#define RELAYFLEET_SERVICES_PUBLISH_PROGRESS_H_

#include <cstdint>
#include <deque>
#include <optional>

#include "libs/flow/stages.h"

namespace relayfleet::publish {

// How far one call has come: up to which seq everything was written or dropped, whatever the order
// in which that was decided. A report covers packets of one fate only, so that its receiver knows
// the fate of each. Not thread-safe.
class Progress {
 public:
  // A packet came; seqs grow.
  void Arrive(uint64_t seq);
  // Its fate is known.
  void Settle(uint64_t seq, bool dropped);
  // Everything up to here was announced as missing.
  void Skip(uint64_t last);

  // The next report, if there is something new to say.
  std::optional<flow::WrittenThrough> Next();

 private:
  enum class Fate { kOpen, kWritten, kDropped, kSkipped };
  struct Entry {
    uint64_t seq;
    Fate fate;
  };

  std::deque<Entry> entries_;
  uint64_t dropped_ = 0;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PROGRESS_H_
