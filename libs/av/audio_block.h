// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_AUDIO_BLOCK_H_
#define RELAYFLEET_LIBS_AV_AUDIO_BLOCK_H_

#include <cstddef>
#include <vector>

namespace relayfleet::av {

// Sound: interleaved samples from -1 to 1.
struct AudioBlock {
  int rate = 0;  // samples per second and channel
  int channels = 0;
  std::vector<float> samples;

  // Samples per channel.
  size_t frames() const { return channels == 0 ? 0 : samples.size() / channels; }
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_AUDIO_BLOCK_H_
