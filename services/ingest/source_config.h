// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_CONFIG_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_CONFIG_H_

#include "absl/status/statusor.h"
#include "services/ingest/source_factory.h"

namespace relayfleet::ingest {

// What flags and environment say of reading sources: --source_allow, --source_deny, --rtsps_*, and
// the variables that S3's own tools read (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
// AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL). For ingest's own binary
// and standalone. To be called after the flags were parsed. BadSetting names the setting.
absl::StatusOr<SourceFactory::Options> SourceConfig();

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_CONFIG_H_
