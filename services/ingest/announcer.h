// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_ANNOUNCER_H_
#define RELAYFLEET_SERVICES_INGEST_ANNOUNCER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/flow/gop_queue.h"
#include "libs/media/stream.h"
#include "services/ingest/published_stream.h"

namespace relayfleet::ingest {

// Joins a source's video and audio to one stream. All tracks must be known before a stream can be
// announced, but they become so one after the other (parameter sets, a transcode's answer): until
// then what comes is held, bounded as in GopQueue. Audio that does not come is not waited for.
//
//   video ─┐
//          ├─► [hold] ─► PublishedStream
//   audio ─┘
//
// Lives on the relay's strand.
class Announcer {
 public:
  // Longest wait for audio once the video is known.
  static constexpr absl::Duration kAudioWait = absl::Milliseconds(1500);

  // `on_dropped`: so many packets were dropped here.
  Announcer(std::shared_ptr<base::Executor> strand, PublishedStream& stream,
            absl::AnyInvocable<void(uint64_t packets)> on_dropped)
      : strand_(std::move(strand)), stream_(stream), on_dropped_(std::move(on_dropped)) {}

  // Which tracks the stream is to have.
  void Expect(bool video, bool audio);

  // What follows. The ids are set here: video is 0, audio the next.
  void SetVideo(media::Track track);
  void SetAudio(media::Track track);
  // Packets of the tracks that were set.
  void SendVideo(media::Packet packet);
  void SendAudio(media::Packet packet);

  uint32_t audio_id() const { return has_video_ ? 1 : 0; }

 private:
  bool Complete() const;
  void Announce();
  void Send(media::Packet packet);

  const std::shared_ptr<base::Executor> strand_;
  PublishedStream& stream_;
  absl::AnyInvocable<void(uint64_t packets)> on_dropped_;
  bool has_video_ = false;
  bool has_audio_ = false;
  std::optional<media::Track> video_;
  std::optional<media::Track> audio_;
  bool announced_ = false;
  base::Timer audio_wait_;
  flow::GopQueue hold_;
  uint64_t held_ = 0;  // numbers what is held
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_ANNOUNCER_H_
