// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_config.h"

#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "services/common/config.h"
#include "services/common/policy_config.h"

ABSL_FLAG(int, relay_fps, 5,
          "Rate at which a silent relay's last picture is repeated, per second, 1 to 60.");

namespace relayfleet::ingest {

absl::StatusOr<RelayManager::Options> RelayConfig() {
  const int fps = absl::GetFlag(FLAGS_relay_fps);
  if (fps < 1 || fps > base::kMaxFps) return base::BadSetting("relay_fps", "must be 1 to 60");
  auto policy = common::PolicyConfig();
  if (!policy.ok()) return policy.status();
  return RelayManager::Options{.instance_id = common::HostName(),
                               .defaults = {.fill_fps = fps},
                               .url_policy = *std::move(policy)};
}

}  // namespace relayfleet::ingest
