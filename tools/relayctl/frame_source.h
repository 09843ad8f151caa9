// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_FRAME_SOURCE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_FRAME_SOURCE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace relayfleet::relayctl {

// One picture to push.
struct Picture {
  std::string jpeg;
  // When it is due after the first one; none: the source has no times of its own.
  std::optional<absl::Duration> due;
};

// Where `push` gets its pictures from. One thread.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  // The next picture; kOutOfRange at the end.
  virtual absl::StatusOr<Picture> Next() = 0;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_FRAME_SOURCE_H_
