// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/pattern_source.h"

#include <utility>

namespace relayfleet::relayctl {

PatternSource::PatternSource(const base::Clock& clock, Size size)
    : clock_(clock),
      pattern_({.width = size.width, .height = size.height, .zone = absl::LocalTimeZone()}),
      encoder_(av::JpegEncoder::Options()) {}

absl::StatusOr<Picture> PatternSource::Next() {
  pattern_.Draw(number_++, clock_.Wall(), frame_);
  absl::StatusOr<std::string> jpeg = encoder_.Encode(frame_);
  if (!jpeg.ok()) return jpeg.status();
  return Picture{.jpeg = *std::move(jpeg)};
}

}  // namespace relayfleet::relayctl
