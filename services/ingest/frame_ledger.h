// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FRAME_LEDGER_H_
#define RELAYFLEET_SERVICES_INGEST_FRAME_LEDGER_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "services/ingest/push.h"

namespace relayfleet::ingest {

// Knows every accepted picture until its end, so that nothing accepted is lost silently: each is
// WRITTEN or ends by a reason, is counted once, and answers its caller once.
//
//   Accept(seq) ─► Encoded(seq, out_seq) ─► Written(first to last out_seq)
//        └── Drop(seq, reason) ──┴── DropEncoded(first to last out_seq) ──► end
//
// Lives on the relay's strand.
class FrameLedger {
 public:
  class Observer {
   public:
    virtual ~Observer() = default;
    // A picture's end: kWritten or a reason. `latency` since its arrival.
    virtual void OnFrameEnd(PushOutcome outcome, absl::Duration latency) = 0;
  };

  // Both outlive the ledger.
  FrameLedger(const base::Clock& clock, Observer& observer) : clock_(clock), observer_(observer) {}
  // What is still open ends FAILED.
  ~FrameLedger();

  // Enters a picture under `seq` (growing) and answers a caller that waits for ACCEPTED only.
  void Accept(uint64_t seq, Push push);

  // `out_seq` (growing) carries the picture `seq`. False when `seq` is not open: a repeat.
  bool Encoded(uint64_t seq, uint64_t out_seq);

  // Ends one picture, or all, by a reason; unknown ones are ignored.
  void Drop(uint64_t seq, PushOutcome reason, absl::string_view detail);
  void DropAll(absl::string_view detail);

  // The encoded pictures of that range end: WRITTEN, or FAILED because of `detail`.
  void Written(uint64_t first_out_seq, uint64_t last_out_seq);
  void DropEncoded(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view detail);

  size_t open() const { return open_.size(); }

 private:
  struct Entry {
    Push push;
    bool answered = false;
    uint64_t out_seq = 0;  // 0: not encoded yet
  };
  using Entries = std::map<uint64_t, Entry>;

  void Answer(Entry& entry, PushOutcome outcome, absl::string_view detail);
  Entries::iterator End(Entries::iterator it, PushOutcome outcome, absl::string_view detail);
  void EndEncoded(uint64_t first, uint64_t last, PushOutcome outcome, absl::string_view detail);

  const base::Clock& clock_;
  Observer& observer_;
  Entries open_;  // by seq
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FRAME_LEDGER_H_
