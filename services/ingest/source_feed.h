// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_FEED_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_FEED_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "services/ingest/announcer.h"
#include "services/ingest/feed.h"
#include "services/ingest/output_plan.h"
#include "services/ingest/restamper.h"
#include "services/ingest/sent_times.h"
#include "services/ingest/source.h"
#include "services/ingest/source_supervisor.h"
#include "services/ingest/track_path.h"
#include "services/ingest/unit_source.h"
#include "services/ingest/video_probe.h"

namespace relayfleet::ingest {

// A source that is read:
//
//   Source ─► SourceSupervisor ─► VideoProbe ─► Restamper ─┬─ video: TrackPath ─┬─► Announcer
//                                                          └─ audio: TrackPath ─┘       │
//                                                                PublishedStream ◄──────┘
//
// What is done with the tracks is planned when they are known, and again when they turn out to be
// different. The first video and the first audio track are taken.
class SourceFeed final : public Feed {
 public:
  struct Options {
    OutputSpec output;
    absl::Duration stall_after = absl::Seconds(5);
  };

  static std::unique_ptr<SourceFeed> OfSource(FeedContext context, Options options,
                                              std::unique_ptr<Source> source, Handler handler);
  // Fed by OfferUnit().
  static std::unique_ptr<SourceFeed> OfPushedUnits(FeedContext context, Options options,
                                                   Handler handler);

  void Start() override { supervisor_.Start(); }
  void Stop(absl::string_view why) override;
  void Offer(Push push) override;
  void OfferUnit(UnitPush push) override;
  void OnRoom(uint32_t packets) override;
  void OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) override;
  void OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view why) override;
  void OnNeedKey(flow::NeedKeyReason reason) override;
  int waiting() const override { return depth_.load(std::memory_order_relaxed); }

 private:
  SourceFeed(FeedContext context, Options options, Handler handler, std::unique_ptr<Source> source,
             UnitSource* pushed);
  SourceSupervisor::Handler SupervisorHandler();
  TrackPath::Handler VideoHandler();
  TrackPath::Handler AudioHandler();

  void OnInfo(const media::StreamInfo& info);
  void OnSourceDown(const absl::Status& why, absl::Duration retry_in);
  void OnSourceFinished();
  void OnPacket(media::Packet packet);
  void OnVideo(media::Packet packet);
  void OnAudio(media::Packet packet);
  void PlanVideoPath();
  void PlanAudioPath();
  void CheckOrder();
  void SendVideo(media::Packet packet);
  void AskKey();
  void Fail(absl::string_view what, const absl::Status& why);
  void Tell();
  void UpdateDepth();

  const FeedContext context_;
  const OutputSpec output_;
  Handler handler_;
  UnitSource* const pushed_;  // the source, if units are pushed
  Restamper restamper_;
  Announcer announcer_;
  TrackPath video_path_;
  TrackPath audio_path_;
  std::optional<VideoProbe> video_;    // the source's, if it has any
  std::optional<media::Track> audio_;  // same
  std::optional<VideoPlan> video_plan_;
  std::optional<AudioPlan> audio_plan_;
  bool reorders_ = false;
  std::set<std::string> notes_;
  absl::Duration last_ask_ = -absl::InfiniteDuration();
  SentTimes sent_;
  std::atomic<int> depth_ = 0;
  SourceSupervisor supervisor_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_FEED_H_
