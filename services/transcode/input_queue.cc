// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/input_queue.h"

#include <utility>

namespace relayfleet::transcode {

void InputQueue::Put(media::Track track) {
  newest_wins_ = track.codec == media::Codec::kJpeg;
  items_.emplace_back(std::move(track));
}

std::optional<Input> InputQueue::Put(Input input) {
  Input* const last = items_.empty() ? nullptr : std::get_if<Input>(&items_.back());
  if (newest_wins_ && last != nullptr) return std::exchange(*last, std::move(input));
  items_.emplace_back(std::move(input));
  ++packets_;
  return std::nullopt;
}

InputQueue::Item InputQueue::Take() {
  Item item = std::move(items_.front());
  items_.pop_front();
  if (std::holds_alternative<Input>(item)) --packets_;
  return item;
}

}  // namespace relayfleet::transcode
