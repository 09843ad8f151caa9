// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_REPLAY_BUFFER_H_
#define RELAYFLEET_SERVICES_INGEST_REPLAY_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>

#include "libs/media/packet.h"

namespace relayfleet::ingest {

// What was sent to a decoder since the last key frame, so that another one can take its place.
// Bounded: what is too long is forgotten as a whole, since without its beginning it is of no use.
// Not thread-safe.
class ReplayBuffer {
 public:
  explicit ReplayBuffer(size_t max_bytes = size_t{8} << 20) : max_bytes_(max_bytes) {}

  void Add(const media::Packet& packet) {
    if (packet.key) Clear();
    if (!packet.key && packets_.empty()) return;  // of a run that was forgotten
    bytes_ += packet.payload->size();
    packets_.push_back(packet);
    if (bytes_ > max_bytes_ && packets_.size() > 1) Clear();
  }

  void Clear() {
    packets_.clear();
    bytes_ = 0;
  }

  // All of it; what is not in `unfinished` only to be decoded.
  std::deque<media::Packet> For(const std::set<uint64_t>& unfinished) const {
    std::deque<media::Packet> replay = packets_;
    for (media::Packet& packet : replay) packet.decode_only = unfinished.count(packet.seq) == 0;
    return replay;
  }

  // The packet `seq`; null: it is not there.
  const media::Packet* Find(uint64_t seq) const {
    for (auto it = packets_.rbegin(); it != packets_.rend(); ++it) {
      if (it->seq == seq) return &*it;
    }
    return nullptr;
  }

  bool empty() const { return packets_.empty(); }

 private:
  const size_t max_bytes_;
  size_t bytes_ = 0;
  std::deque<media::Packet> packets_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_REPLAY_BUFFER_H_
