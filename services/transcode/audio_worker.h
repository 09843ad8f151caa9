// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_AUDIO_WORKER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_AUDIO_WORKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/av/audio_decoder.h"
#include "libs/av/audio_encoder.h"
#include "libs/av/resampler.h"
#include "libs/base/clock.h"
#include "libs/flow/stages.h"
#include "libs/media/stream.h"
#include "services/transcode/audio_line.h"

namespace relayfleet::transcode {

// What became of one packet of sound.
struct AudioResult {
  absl::Status status;    // why nothing could come out
  bool bad_data = false;  // then it is the packet's fault
  bool fatal = false;     // then no packet of the track can be decoded
  // In the output's sample rate: of the packet, and what came out.
  int64_t pts = 0;
  std::vector<av::AudioUnit> units;
  std::optional<media::Track> track;  // describes them; when it is new
  absl::Duration queued, decoded, encoded;
};

// The blocking half of a session's sound: packet ─► decoder ─► resampler ─► line ─► encoder. The
// encoder's own delay shows in its stamps, so that sound stays with the picture. Used on the
// session's codec strand alone.
class AudioWorker {
 public:
  // `min_pts`: 90 kHz; all output is later. `clock` outlives it.
  AudioWorker(const flow::AudioSpec& spec, int64_t min_pts, const base::Clock* clock);

  // Packets of `track` follow.
  AudioResult SetTrack(const media::Track& track);
  AudioResult Run(const media::Packet& packet, absl::Duration accepted);

 private:
  absl::Status Open();
  absl::Status Decode(const media::Packet& packet, AudioResult& result);
  absl::Status Encode(AudioResult& result);

  const flow::AudioSpec spec_;
  const base::Clock* const clock_;
  int64_t last_pts_;  // samples
  int64_t clock_rate_ = 1;
  std::unique_ptr<av::AudioDecoder> decoder_;
  av::Resampler resampler_;
  std::unique_ptr<av::AudioEncoder> encoder_;
  std::optional<AudioLine> line_;  // from the encoder on
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_AUDIO_WORKER_H_
