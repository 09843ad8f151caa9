// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_POLICY_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/base/url_policy.h"

namespace relayfleet::ingest {

// Which URLs callers may name as sources: each kind has its schemes, all share the networks.
// Loopback and private networks are allowed as long as `allow` does not say otherwise. Who dials
// asks again with the resolved address (UrlPolicy::CheckAddress). A plain value.
struct SourcePolicy {
  struct Networks {
    std::vector<std::string> allow;  // not empty: no others
    std::vector<std::string> deny;
  };

  // Of the default networks.
  SourcePolicy();
  // Fails on a network that is none.
  static absl::StatusOr<SourcePolicy> Create(const Networks& networks);

  base::UrlPolicy rtsp;  // rtsp, rtsps
  base::UrlPolicy file;  // https
  base::UrlPolicy url;   // what libav reads: srt, rtmp, rtmps, http, https
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_POLICY_H_
