// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SPEC_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SPEC_H_

#include "absl/status/status.h"
#include "libs/av/video_encoder.h"
#include "libs/flow/stages.h"

namespace relayfleet::transcode {

// INVALID_ARGUMENT, naming the field, for what transcode/v1 does not allow.
absl::Status ValidateOpen(const flow::TranscodeOpen& open);

av::VideoEncoder::Options EncoderOptionsOf(const flow::TranscodeSpec& spec);

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SPEC_H_
