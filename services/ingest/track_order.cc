// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/track_order.h"

#include <algorithm>

namespace relayfleet::ingest {
namespace {

// Most pictures that may come before one that is shown earlier (H.264, E.2.1).
constexpr size_t kMaxDepth = 16;

}  // namespace

bool TrackOrder::Fix(media::Packet* packet) {
  own_dts_ |= packet->pts != packet->dts;
  if (max_pts_.has_value() && packet->pts < *max_pts_) {
    below_ = true;
  } else {
    if (below_) ++returns_;
    below_ = false;
    max_pts_ = packet->pts;
  }
  if (!own_dts_) packet->dts = DtsOf(packet->pts);
  const int64_t earliest = last_dts_.has_value() ? *last_dts_ + 1 : packet->dts;
  const bool late = packet->dts < earliest || packet->pts < earliest;
  packet->dts = std::max(packet->dts, earliest);
  packet->pts = std::max(packet->pts, packet->dts);
  last_dts_ = packet->dts;
  return late;
}

int64_t TrackOrder::DtsOf(int64_t pts) {
  pending_.insert(pts);
  if (below_ && pts <= *last_dts_ && depth_ < kMaxDepth) ++depth_;
  if (pending_.size() <= depth_) return *last_dts_ + 1;
  const int64_t dts = *pending_.begin();
  pending_.erase(pending_.begin());
  return dts;
}

void TrackOrder::Reset() {
  own_dts_ = below_ = false;
  max_pts_.reset();
  returns_ = 0;
  depth_ = 0;
  pending_.clear();
}

}  // namespace relayfleet::ingest
