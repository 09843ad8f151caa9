// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_AAC_CONFIG_H_
#define RELAYFLEET_LIBS_MEDIA_AAC_CONFIG_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::media {

// What an AudioSpecificConfig says that the fleet wants to know (ISO 14496-3, 1.6.2.1).
struct AacConfig {
  int object_type = 0;       // 2: LC; with SBR that of its core
  int sample_rate = 0;       // of the core, Hz
  int output_rate = 0;       // with SBR that is signalled: twice as high
  int channels = 0;          // 0: described in the bit stream
  int frame_samples = 1024;  // of the core, per frame
  size_t bits = 0;           // used by what was read

  friend bool operator==(const AacConfig&, const AacConfig&) = default;
};

// INVALID_ARGUMENT: cut short, or a reserved rate. Any thread.
absl::StatusOr<AacConfig> ParseAacConfig(absl::string_view bytes);

// The configuration of AAC LC; empty if there is none for that rate and number of channels.
std::string WriteAacConfig(int sample_rate, int channels);

// The AudioSpecificConfig inside a StreamMuxConfig (ISO 14496-3, 1.7.3.2). INVALID_ARGUMENT:
// cut short, or not one program with one layer and one frame per element.
absl::StatusOr<std::string> AacConfigInLatm(absl::string_view mux_config);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_AAC_CONFIG_H_
