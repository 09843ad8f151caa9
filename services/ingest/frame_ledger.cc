// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/frame_ledger.h"

#include <utility>

namespace relayfleet::ingest {

FrameLedger::~FrameLedger() { DropAll("the relay was stopped"); }

void FrameLedger::Accept(uint64_t seq, Push push) {
  Entry& entry = open_[seq];
  entry.push = std::move(push);
  if (entry.push.wait_for == PushOutcome::kAccepted) Answer(entry, PushOutcome::kAccepted, "");
}

bool FrameLedger::Encoded(uint64_t seq, uint64_t out_seq) {
  const auto it = open_.find(seq);
  if (it == open_.end() || it->second.out_seq != 0) return false;
  it->second.out_seq = out_seq;
  if (it->second.push.wait_for == PushOutcome::kEncoded) {
    Answer(it->second, PushOutcome::kEncoded, "");
  }
  return true;
}

void FrameLedger::Drop(uint64_t seq, PushOutcome reason, absl::string_view detail) {
  const auto it = open_.find(seq);
  if (it != open_.end()) End(it, reason, detail);
}

void FrameLedger::DropAll(absl::string_view detail) {
  for (auto it = open_.begin(); it != open_.end();) it = End(it, PushOutcome::kFailed, detail);
}

void FrameLedger::Written(uint64_t first_out_seq, uint64_t last_out_seq) {
  EndEncoded(first_out_seq, last_out_seq, PushOutcome::kWritten, "");
}

void FrameLedger::DropEncoded(uint64_t first_out_seq, uint64_t last_out_seq,
                              absl::string_view detail) {
  EndEncoded(first_out_seq, last_out_seq, PushOutcome::kFailed, detail);
}

void FrameLedger::EndEncoded(uint64_t first, uint64_t last, PushOutcome outcome,
                             absl::string_view detail) {
  for (auto it = open_.begin(); it != open_.end();) {
    const uint64_t out_seq = it->second.out_seq;
    const bool ends = out_seq != 0 && first <= out_seq && out_seq <= last;
    it = ends ? End(it, outcome, detail) : std::next(it);
  }
}

void FrameLedger::Answer(Entry& entry, PushOutcome outcome, absl::string_view detail) {
  if (std::exchange(entry.answered, true)) return;
  entry.push.done({outcome, std::string(detail), clock_.Monotonic() - entry.push.arrival_mono});
}

FrameLedger::Entries::iterator FrameLedger::End(Entries::iterator it, PushOutcome outcome,
                                                absl::string_view detail) {
  observer_.OnFrameEnd(outcome, clock_.Monotonic() - it->second.push.arrival_mono);
  Answer(it->second, outcome, detail);
  return open_.erase(it);
}

}  // namespace relayfleet::ingest
