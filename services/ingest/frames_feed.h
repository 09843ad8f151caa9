// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FRAMES_FEED_H_
#define RELAYFLEET_SERVICES_INGEST_FRAMES_FEED_H_

#include <cstdint>
#include <memory>
#include <string>

#include "libs/flow/pacer.h"
#include "libs/flow/stages.h"
#include "services/ingest/feed.h"
#include "services/ingest/frame_ledger.h"
#include "services/ingest/transcode_link.h"

namespace relayfleet::ingest {

// Pushed pictures:
//
//   Push ─► pacer ─► ledger, time line ─► TranscodeLink ─► transcode
//                                                             │ H.264
//                                   PublishedStream ◄─────────┘
class FramesFeed final : public Feed {
 public:
  struct Options {
    flow::TranscodeSpec spec;
    int max_fps = 30;  // pushed pictures above it are refused
  };

  FramesFeed(FeedContext context, const Options& options, Handler handler);

  // A fed stream without any repeat for this long is stuck: three repeats that did not come.
  static absl::Duration StallAfter(const flow::TranscodeSpec& spec);

  void Start() override;
  void Stop(absl::string_view why) override;
  void Offer(Push push) override;
  void OfferUnit(UnitPush push) override;
  void OnRoom(uint32_t packets) override;
  void OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) override;
  void OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view why) override;
  void OnNeedKey(flow::NeedKeyReason reason) override;
  int waiting() const override { return transcode_.waiting(); }

 private:
  TranscodeLink::Handler TranscodeHandler();
  void OnPacket(media::Packet packet);
  void OnFrameDone(const flow::FrameDone& done);
  void OnDown(const absl::Status& why, absl::Duration retry_in);
  void Refuse(Push& push, PushOutcome outcome, absl::string_view detail);

  const FeedContext context_;
  Handler handler_;
  const std::unique_ptr<FrameLedger::Observer> ends_;
  std::string ended_;  // why nothing is taken any more
  uint64_t next_seq_ = 1;
  flow::Pacer pacer_;
  FrameLedger ledger_;
  TranscodeLink transcode_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FRAMES_FEED_H_
