// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PATTERN_SOURCE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PATTERN_SOURCE_H_

#include <cstdint>

#include "libs/av/frame.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/test_pattern.h"
#include "libs/base/clock.h"
#include "tools/relayctl/frame_source.h"
#include "tools/relayctl/options.h"

namespace relayfleet::relayctl {

// A moving test picture with a clock of the local time in it, for ever.
class PatternSource final : public FrameSource {
 public:
  PatternSource(const base::Clock& clock, Size size);

  absl::StatusOr<Picture> Next() override;

 private:
  const base::Clock& clock_;
  const av::TestPattern pattern_;
  av::JpegEncoder encoder_;
  av::Frame frame_;
  uint64_t number_ = 0;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PATTERN_SOURCE_H_
