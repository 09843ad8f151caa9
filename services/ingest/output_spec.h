// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_OUTPUT_SPEC_H_
#define RELAYFLEET_SERVICES_INGEST_OUTPUT_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/media/encoding.h"
#include "relayfleet/relay/v1/relay.pb.h"

namespace relayfleet::ingest {

enum class OutputMode { kAuto, kCopy, kTranscode };

enum class AudioMode { kAuto, kNone, kAac, kOpus };

// How a relay's published picture is to look, as the relay uses it: every default filled in.
struct OutputSpec {
  OutputMode mode = OutputMode::kAuto;
  int width = 0;   // pixels, even; 0: the source's
  int height = 0;  // same
  double fps = 0;  // highest published rate of a source that is read; 0: the source's
  media::Fit fit = media::Fit::kContain;
  media::Profile profile = media::Profile::kBaseline;
  int bitrate_kbps = 2000;
  absl::Duration gop = absl::Seconds(2);
  std::vector<std::string> encoders;  // to be tried first, by libav's names
  AudioMode audio = AudioMode::kAuto;

  friend bool operator==(const OutputSpec&, const OutputSpec&) = default;
};

// The output of `spec`, defaults filled in: those of pushed pictures differ. INVALID_ARGUMENT
// (naming the field) when relay/v1's comments do not allow it.
absl::StatusOr<OutputSpec> ResolveOutput(const relay::v1::RelaySpec& spec);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_OUTPUT_SPEC_H_
