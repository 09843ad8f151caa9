// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_AUDIO_ENCODER_H_
#define RELAYFLEET_LIBS_AV_AUDIO_ENCODER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "libs/media/stream.h"

namespace relayfleet::av {

// One coded audio frame.
struct AudioUnit {
  std::string data;
  int64_t pts = 0;  // samples
};

// Makes AAC (libav's own encoder) or Opus (libopus) of frames of a fixed length. One user at a
// time.
class AudioEncoder {
 public:
  struct Options {
    media::Codec codec = media::Codec::kAac;  // or kOpus
    int bitrate_kbps = 96;
    int sample_rate = 44100;  // Opus: 48000
    int channels = 2;
  };

  // UNAVAILABLE if the encoder is not built in, INVALID_ARGUMENT for what it refuses.
  static absl::StatusOr<std::unique_ptr<AudioEncoder>> Create(const Options& options);
  ~AudioEncoder();

  // Samples per channel that Encode() takes.
  int frame_size() const;
  // What comes out: clock_rate is the sample rate, config the AudioSpecificConfig of AAC.
  const media::Track& track() const;
  // libav's name, e.g. "aac".
  static absl::string_view NameOf(media::Codec codec);

  // Encodes frame_size() samples per channel, interleaved. `pts`, in samples, grows by
  // frame_size(), or by more after a gap. What comes out may be of an earlier frame.
  absl::StatusOr<std::vector<AudioUnit>> Encode(absl::Span<const float> samples, int64_t pts);

 private:
  struct State;
  explicit AudioEncoder(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_AUDIO_ENCODER_H_
