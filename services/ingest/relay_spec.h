// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_
#define RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "libs/flow/stages.h"
#include "relayfleet/relay/v1/relay.pb.h"
#include "services/ingest/output_spec.h"
#include "services/ingest/source_spec.h"

namespace relayfleet::ingest {

// What the service's flags say of specs.
struct SpecRules {
  SourceRules source;
  base::UrlPolicy target;  // of a mediamtx_url
};

// A RelaySpec as the relay uses it: every default filled in.
struct ResolvedSpec {
  SourceSpec source = FramesSpec();
  OutputSpec output;
  flow::TranscodeSpec transcode;                // of frames relays; others' follows what comes in
  int max_fps = 30;                             // pushed pictures
  std::string path;                             // at MediaMTX
  std::optional<base::SecretUrl> mediamtx_url;  // none: the fleet's own
  absl::Duration stale_after = absl::Seconds(5);
  absl::Duration stall_after = absl::Seconds(5);  // of a source that is read

  friend bool operator==(const ResolvedSpec&, const ResolvedSpec&) = default;
};

// `spec` with its defaults filled in. INVALID_ARGUMENT (naming the field) or PERMISSION_DENIED when
// relay/v1's comments or `rules` do not allow `key` or `spec`. May block on the file system.
absl::StatusOr<ResolvedSpec> Resolve(absl::string_view key, const relay::v1::RelaySpec& spec,
                                     const SpecRules& rules);

// A stored spec that Resolve() refuses, since rules changed: its relay says why and goes no
// further.
ResolvedSpec Refused(absl::string_view key, const relay::v1::RelaySpec& spec, absl::Status why);

// "native" where the spec says nothing.
std::string OriginOf(const relay::v1::RelaySpec& spec);

// What a caller read, changed and gives back holds masked URLs: where one is the masked form of
// that in `stored`, the stored one is put in its place.
void KeepSecrets(const relay::v1::RelaySpec& stored, relay::v1::RelaySpec* spec);

// `spec` as answers show it: without passwords, with its origin.
relay::v1::RelaySpec Masked(relay::v1::RelaySpec spec);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_RELAY_SPEC_H_
