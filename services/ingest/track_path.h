// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TRACK_PATH_H_
#define RELAYFLEET_SERVICES_INGEST_TRACK_PATH_H_

#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "services/ingest/coded_link.h"
#include "services/ingest/feed.h"

namespace relayfleet::ingest {

// The way of one of a source's tracks into the stream: copied, or through transcode.
//
//   Send ─┬─────────────────────────┬─► on_packet
//         └─► CodedLink ─► transcode ┘
//
// May change its mind while packets flow; from copy to transcode that takes effect at the next key
// frame. Lives on the relay's strand, where all handlers run.
class TrackPath {
 public:
  enum class Kind { kVideo, kAudio };
  struct Handler {
    // What follows.
    absl::AnyInvocable<void(media::Track)> on_track;
    absl::AnyInvocable<void(media::Packet)> on_packet;
    absl::AnyInvocable<void(uint64_t packets)> on_dropped;
    // The source's next key frame is waited for.
    absl::AnyInvocable<void()> on_need_key;
    // No retry heals `why`.
    absl::AnyInvocable<void(const absl::Status& why)> on_failed;
  };

  TrackPath(const FeedContext& context, Kind kind, Handler handler);

  // What is done with packets of `track` from now on.
  void Copy(const media::Track& track);
  void Transcode(const media::Track& track, const flow::TranscodeSpec& spec, int64_t last_out_pts);
  void Send(media::Packet packet);

  // Whether there is a transcode to ask for key frames; then it was asked.
  bool ForceIdr();
  // Publish may have taken some.
  void OnRoom();
  // No packet follows: `done` once all output has come.
  void Finish(absl::AnyInvocable<void()> done);
  void Stop();

  int waiting() const { return link_ != nullptr ? link_->waiting() : 0; }

 private:
  CodedLink::Handler LinkHandler();
  void OnOutput(media::Packet packet);
  void OnDown(const absl::Status& why, absl::Duration retry_in);

  const FeedContext& context_;
  const Kind kind_;
  Handler handler_;
  uint32_t taken_ = 0;               // output whose credits were not given back yet
  std::unique_ptr<CodedLink> link_;  // null: copied
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_TRACK_PATH_H_
