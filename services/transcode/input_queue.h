// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_INPUT_QUEUE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_INPUT_QUEUE_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <variant>

#include "absl/time/time.h"
#include "libs/media/stream.h"

namespace relayfleet::transcode {

// A packet that waits.
struct Input {
  media::Packet packet;
  absl::Duration arrival;  // monotonic
};

// What waits for the codec, in order: packets, and the tracks that they belong to. Of JPEGs only
// the newest waits, since each stands alone; of coded video every packet, since the next ones need
// it, and the peer's credits bound them. Used on one executor.
class InputQueue {
 public:
  // A track that the packets behind it belong to, or a packet.
  using Item = std::variant<media::Track, Input>;

  // Items of coded video at most; a peer that sends more ignores its credits.
  static constexpr size_t kMaxItems = 64;

  void Put(media::Track track);

  // Returns the packet whose place it took.
  [[nodiscard]] std::optional<Input> Put(Input input);

  Item Take();

  bool empty() const { return items_.empty(); }
  bool overrun() const { return items_.size() > kMaxItems; }
  // Packets among them.
  int packets() const { return packets_; }

 private:
  std::deque<Item> items_;
  int packets_ = 0;
  bool newest_wins_ = true;  // until a track says otherwise
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_INPUT_QUEUE_H_
