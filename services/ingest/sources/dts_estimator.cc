// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/dts_estimator.h"

#include <algorithm>
#include <cstdlib>

namespace relayfleet::ingest {
namespace {

constexpr size_t kMaxDepth = 16;  // H.264, A.3.1: pictures a decoder holds

}  // namespace

void DtsEstimator::SetDepth(std::optional<int> depth) {
  if (!depth.has_value()) return;
  depth_ = std::min(static_cast<size_t>(std::max(*depth, 0)), kMaxDepth);
}

int64_t DtsEstimator::Next(int64_t pts, int64_t jump) {
  if (last_pts_.has_value() && std::abs(pts - *last_pts_) > jump) {
    waiting_.clear();
    released_.reset();
    last_dts_.reset();
  }
  last_pts_ = pts;
  if (released_.has_value() && pts < *released_ && depth_ < kMaxDepth) ++depth_;
  waiting_.insert(pts);
  // The first ones have nobody before them: a tick each.
  int64_t dts =
      *waiting_.begin() + static_cast<int64_t>(waiting_.size()) - static_cast<int64_t>(depth_ + 1);
  // More than one where the depth was lowered.
  while (waiting_.size() > depth_) {
    released_ = dts = *waiting_.begin();
    waiting_.erase(waiting_.begin());
  }
  if (last_dts_.has_value()) dts = std::max(dts, *last_dts_ + 1);
  last_dts_ = dts;
  return dts;
}

}  // namespace relayfleet::ingest
