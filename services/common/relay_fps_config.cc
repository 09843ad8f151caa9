// SPDX-License-Identifier: Apache-2.0

#include "services/common/relay_fps_config.h"

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"

ABSL_FLAG(int, relay_fps, 5,
          "Rate at which a silent relay's last picture is repeated, and at which the robot relay "
          "API's RTSP cameras are published, per second, 1 to 60.");

namespace relayfleet::common {

absl::StatusOr<int> RelayFps() {
  const int fps = absl::GetFlag(FLAGS_relay_fps);
  if (fps < 1 || fps > base::kMaxFps) return base::BadSetting("relay_fps", "must be 1 to 60");
  return fps;
}

}  // namespace relayfleet::common
