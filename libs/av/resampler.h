// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_RESAMPLER_H_
#define RELAYFLEET_LIBS_AV_RESAMPLER_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "libs/av/audio_block.h"

struct AVFrame;

namespace relayfleet::av {

// Brings sound into another rate and number of channels, as interleaved floats. What comes in may
// change its shape. Rates that differ delay by some ten samples. One user at a time.
class Resampler {
 public:
  Resampler();
  ~Resampler();

  // Appends `in` to `out`.
  absl::Status Convert(const AudioBlock& in, int rate, int channels, std::vector<float>& out);
  // The same of a frame of libav, in any sample format.
  absl::Status Convert(const AVFrame& in, int rate, int channels, std::vector<float>& out);

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_RESAMPLER_H_
