// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_CODED_LINK_H_
#define RELAYFLEET_SERVICES_INGEST_CODED_LINK_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/executor.h"
#include "libs/flow/gop_queue.h"
#include "libs/flow/stages.h"
#include "services/ingest/replay_buffer.h"
#include "services/ingest/stage_link.h"

namespace relayfleet::ingest {

// Feeds one track of a source to transcode, whose packets may need those before them, and survives
// its death.
//
//   Offer ─► queue that drops to the next key frame ─(credit)─► pipe ─► transcode
//                                        all since the last key frame (ReplayBuffer)
//
// When the session breaks, a new one gets what was sent since the last key frame again: what was
// finished only to be decoded, so that what follows can be. An instance that drains finishes what
// it has. Lives on the relay's strand, where all handlers run.
class CodedLink {
 public:
  struct Options {
    std::string relay;
    uint64_t epoch = 0;
    flow::TranscodeSpec spec;
    int64_t last_out_pts = 0;  // of the stream so far, 90 kHz: all output is later
    int max_packets = 64;      // that wait; 1 where each is a key frame and the newest counts
    // How long transcode may owe an answer before it counts as frozen.
    absl::Duration silence = absl::Seconds(2);
  };
  struct Handler {
    absl::AnyInvocable<void(media::StreamInfo)> on_info;
    // arrival_mono is that of the packet that it was made of; 0: of none, it is a repeat.
    absl::AnyInvocable<void(media::Packet)> on_packet;
    absl::AnyInvocable<void(const flow::FrameDone&)> on_done;
    // So many input packets were dropped or failed.
    absl::AnyInvocable<void(uint64_t packets)> on_dropped;
    // The next key frame of the input is waited for.
    absl::AnyInvocable<void()> on_need_key;
    absl::AnyInvocable<void(const flow::TranscodeOpened&)> on_up;
    absl::AnyInvocable<void(const flow::EncoderChanged&)> on_encoder;
    absl::AnyInvocable<void(const absl::Status& why, absl::Duration retry_in)> on_down;
    absl::AnyInvocable<void(absl::Duration limit)> on_silent;
    absl::AnyInvocable<void()> on_heard;
    // Output packets that the caller can take from a new session before it grants more.
    absl::AnyInvocable<uint32_t()> room;
  };

  CodedLink(std::shared_ptr<base::Executor> executor, flow::TranscodeConnector& connector,
            Options options, Handler handler);

  void Start();
  void Stop();

  // What follows: one track, whose id becomes 0.
  void SetTrack(media::Track track);
  void Offer(media::Packet packet);
  // A late reader waits.
  void ForceIdr();
  // `packets` of output were taken.
  void GrantOutput(uint32_t packets);
  // No packet follows: `done` once all output has come, or is not to be had.
  void Finish(absl::AnyInvocable<void()> done);

  // Packets that wait for room in transcode; any thread.
  int waiting() const { return depth_.load(std::memory_order_relaxed); }
  const flow::TranscodeSpec& spec() const { return options_.spec; }

 private:
  void OnConnect();
  void OnMessage(flow::TranscodeDown message);
  void OnOpened(const flow::TranscodeOpened& opened);
  void OnMedia(media::Message message);
  void OnDone(const flow::FrameDone& done);
  void OnDraining();
  void OnDown(const absl::Status& why, absl::Duration retry_in);
  void StartOver();
  void Queue(media::Message message);
  void Pump();
  void SendReplay();
  void SendPacket(media::Packet packet);
  void Send(media::Packet packet);
  void ExpectAnswer();
  void EndIfFinished();

  const std::shared_ptr<base::Executor> executor_;
  const Options options_;
  Handler handler_;
  bool open_ = false;
  bool leaving_ = false;  // this session was told to end
  uint32_t credits_ = 0;
  uint32_t output_room_ = 0;                   // granted for output, not yet used
  uint32_t owed_credits_ = 0;                  // for output, not yet granted
  int64_t last_out_pts_;                       // 90 kHz
  int64_t out_rate_ = media::kVideoClockRate;  // of the output's pts
  uint64_t next_seq_ = 1;
  int barren_ = 0;                // sessions in a row that broke over packets and finished none
  uint32_t generation_ = 0;       // of what is offered
  uint32_t told_generation_ = 0;  // of the last packet of this session
  std::map<uint32_t, media::StreamInfo> infos_;  // of what was not told of yet, and the last told
  flow::GopQueue queue_;
  ReplayBuffer sent_;                 // since the last key frame
  std::deque<media::Packet> replay_;  // to be sent again before the queue
  std::set<uint64_t> in_flight_;      // FrameDone outstanding
  std::atomic<int> depth_ = 0;        // of `replay_` and `queue_`
  absl::AnyInvocable<void()> finished_;
  base::Timer deadline_;  // of finished_
  StageLink<flow::TranscodeUp, flow::TranscodeDown> link_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_CODED_LINK_H_
