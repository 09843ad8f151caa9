// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_LANE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_LANE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/av/codec_factory.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "libs/media/stream.h"
#include "services/transcode/observer.h"

namespace relayfleet::transcode {

// What a session does with its media, once it is open: video_lane.h, audio_lane.h. An actor on the
// session's control strand, which owns it; tasks of its own lock `session` first.
class Lane {
 public:
  struct Context {
    std::weak_ptr<const void> session;
    std::shared_ptr<base::Executor> control;
    std::shared_ptr<base::Executor> codec;
    flow::TranscodePipe* pipe = nullptr;  // outlives it, as do:
    av::CodecFactory* codecs = nullptr;
    Observer* observer = nullptr;
    std::string relay;
    // Ends the session, OK after the last input; calls Abandon().
    absl::AnyInvocable<void(absl::Status)> end;
  };

  virtual ~Lane() = default;

  virtual void OnMedia(media::Message message) = 0;
  virtual void OnCredit(uint32_t packets) = 0;
  virtual void OnForceIdr() {}
  // No more input: finish what is here, then end.
  virtual void OnEnd() = 0;
  // The session ended: reports what is unfinished, and does nothing any more. Once.
  virtual void Abandon() = 0;
};

// INVALID_ARGUMENT unless the stream has one track, of sound if `audio`, else of pictures.
inline absl::Status CheckTracks(const media::StreamInfo& info, bool audio) {
  const auto fits = [audio](const media::Track& track) {
    if (track.codec == media::Codec::kUnknown) return false;
    return track.codec == media::Codec::kLibav || media::IsAudio(track.codec) == audio;
  };
  if (info.tracks.size() == 1 && fits(info.tracks[0])) return absl::OkStatus();
  return absl::InvalidArgumentError(audio ? "only one track of audio can be transcoded"
                                          : "only one track of video can be transcoded");
}

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_LANE_H_
