// SPDX-License-Identifier: Apache-2.0

#include "services/common/policy_config.h"

#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"

ABSL_FLAG(std::vector<std::string>, target_allow, {},
          "Networks that callers may name in URLs, as 10.0.0.0/8. Empty: any but link-local ones "
          "and cloud metadata.");
ABSL_FLAG(std::vector<std::string>, target_deny, {}, "Networks that callers may not name in URLs.");

namespace relayfleet::common {

absl::StatusOr<base::UrlPolicy> PolicyConfig() {
  auto policy = base::UrlPolicy::Create(
      {.allow = absl::GetFlag(FLAGS_target_allow), .deny = absl::GetFlag(FLAGS_target_deny)});
  if (!policy.ok()) return base::BadSetting("target_allow/target_deny", policy.status().message());
  return policy;
}

}  // namespace relayfleet::common
