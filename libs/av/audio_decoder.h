// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_AUDIO_DECODER_H_
#define RELAYFLEET_LIBS_AV_AUDIO_DECODER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/av/audio_block.h"
#include "libs/media/stream.h"

namespace relayfleet::av {

// Decodes the packets of one audio track through libav: AAC, Opus, G.711 and what else it knows.
// Each packet stands for itself. One user at a time.
class AudioDecoder {
 public:
  // INVALID_ARGUMENT if libav does not decode `track`.
  static absl::StatusOr<std::unique_ptr<AudioDecoder>> Create(const media::Track& track);
  ~AudioDecoder();

  // Decodes `packet`; the answer may be empty. INVALID_ARGUMENT, with a text for the user, if it is
  // damaged; the next one may be given all the same.
  absl::StatusOr<AudioBlock> Decode(absl::string_view packet);

 private:
  struct State;
  explicit AudioDecoder(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_AUDIO_DECODER_H_
