// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_CREDIT_WINDOW_H_
#define RELAYFLEET_SERVICES_PUBLISH_CREDIT_WINDOW_H_

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/limits.h"

namespace relayfleet::publish {

// The credits of one call: for each track room for max_packets or max_span of media, the smaller,
// at least one. The span is known once packets came; until then the number counts. Credits are not
// bound to a track: the peer spreads them by the same measure. Not thread-safe.
class CreditWindow {
 public:
  struct Options {
    int max_packets = base::kPublishCreditPackets;
    absl::Duration max_span = base::kPublishCreditSpan;
  };
  explicit CreditWindow(const Options& options) : options_(options) {}

  // The tracks of what follows. Until it is called there is room for one.
  void SetTracks(const std::vector<uint32_t>& ids);
  // A packet of one of them came with this decoding time. False: the peer had no credit for it.
  bool Take(uint32_t track, absl::Duration dts);
  // A packet that came is written or dropped.
  void Settle() { --used_; }
  // Credits to grant now; counts them as granted.
  uint32_t Grant();

  // What may be in flight now.
  int size() const;

 private:
  int SizeFor(const std::deque<absl::Duration>& recent) const;

  const Options options_;
  int unused_ = 0;                                         // credits that the peer holds
  int used_ = 0;                                           // packets that came and are not settled
  std::map<uint32_t, std::deque<absl::Duration>> recent_;  // by track
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_CREDIT_WINDOW_H_
