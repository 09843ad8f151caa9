// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "libs/flow/stages.h"
#include "relayfleet/relay/v1/relay.pb.h"

namespace relayfleet::ingest {

// What a RelaySpec leaves open.
struct SpecDefaults {
  int fill_fps = 5;  // RELAY_FPS
};

// A RelaySpec as the relay uses it: every default filled in.
struct ResolvedSpec {
  flow::TranscodeSpec transcode;
  int max_fps = 30;
  std::string path;                             // at MediaMTX
  std::optional<base::SecretUrl> mediamtx_url;  // none: the fleet's own
  absl::Duration stale_after = absl::Seconds(5);
};

// INVALID_ARGUMENT (naming the field) or PERMISSION_DENIED when relay/v1's comments do not allow
// `key` or `spec`.
absl::Status CheckSpec(absl::string_view key, const relay::v1::RelaySpec& spec,
                       const base::UrlPolicy& policy);

// Fills in the defaults of a spec that CheckSpec accepted.
ResolvedSpec Resolve(absl::string_view key, const relay::v1::RelaySpec& spec,
                     const SpecDefaults& defaults);

// Whether both mean the same relay once defaults are filled in.
bool SameSpec(absl::string_view key, const relay::v1::RelaySpec& a, const relay::v1::RelaySpec& b,
              const SpecDefaults& defaults);

// `spec` as answers show it: without passwords, with its origin.
relay::v1::RelaySpec Masked(relay::v1::RelaySpec spec);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_
