// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_COMMON_POLICY_CONFIG_H_
#define RELAYFLEET_SERVICES_COMMON_POLICY_CONFIG_H_

#include "absl/status/statusor.h"
#include "libs/base/url_policy.h"

namespace relayfleet::common {

// Where callers may send the fleet, of the flags --target_allow and --target_deny. To be called
// after the flags were parsed. BadSetting names them.
absl::StatusOr<base::UrlPolicy> PolicyConfig();

}  // namespace relayfleet::common

#endif  // RELAYFLEET_SERVICES_COMMON_POLICY_CONFIG_H_
