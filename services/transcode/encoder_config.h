// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CONFIG_H_
#define RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CONFIG_H_

#include "absl/status/statusor.h"
#include "services/transcode/encoder_catalog.h"

namespace relayfleet::transcode {

// Which encoders are tried, of the flags --encoders and --use_nvenc. For transcode's own binary and
// standalone. To be called after the flags were parsed. BadSetting names the flag.
absl::StatusOr<EncoderCatalog::Options> EncoderConfig();

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CONFIG_H_
