// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TRACK_ORDER_H_
#define RELAYFLEET_SERVICES_INGEST_TRACK_ORDER_H_

#include <cstdint>
#include <optional>
#include <set>

#include "libs/media/packet.h"

namespace relayfleet::ingest {

// Makes the decoding times of one track grow strictly, and none later than its presentation time.
// RTP tells when a picture is shown only: where pictures come in another order (B-frames), their
// decoding times are those presentation times, sorted, of as many pictures before as the order
// needs; that is learned from the first ones. Not thread-safe.
class TrackOrder {
 public:
  // Mends dts and pts. True when they were not later than the last dts.
  bool Fix(media::Packet* packet);
  // Time stamps have jumped: what was learned is of no use. dts still grows.
  void Reset();

  // Pictures come in another order than they are shown.
  bool reorders() const { return returns_ >= 2; }

 private:
  int64_t DtsOf(int64_t pts);

  std::optional<int64_t> last_dts_;
  bool own_dts_ = false;  // the source tells them
  std::optional<int64_t> max_pts_;
  bool below_ = false;  // the last picture was shown before one that came earlier
  int returns_ = 0;     // times that the order went back and forth
  size_t depth_ = 0;    // pictures whose pts wait in pending_
  std::multiset<int64_t> pending_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_TRACK_ORDER_H_
