// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TRANSCODE_LINK_H_
#define RELAYFLEET_SERVICES_INGEST_TRANSCODE_LINK_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/base/executor.h"
#include "libs/flow/newest_slot.h"
#include "libs/flow/stages.h"
#include "services/ingest/stage_link.h"

namespace relayfleet::ingest {

// Feeds a relay's pictures to transcode and survives its death.
//
//   Offer ─► newest-wins slot ─(credit)─► pipe ─► transcode
//                              unfinished (<= 2)
//
// The queue that drops sits before the credits: a picture waits in the slot until transcode has
// room, and a newer one takes its place. When the session breaks, a new one gets the unfinished
// pictures again, but none that two sessions died over; with none, the last encoded one, so that
// its repeats and forced key frames go on. An instance that drains finishes what it has, and the
// next session begins where it ended. Lives on the relay's strand, where all handlers run.
class TranscodeLink {
 public:
  struct Options {
    std::string relay;
    uint64_t epoch = 0;
    flow::TranscodeSpec spec;
    int64_t last_out_pts = 0;  // of the stream so far: all output is later
    // The picture that is repeated until another comes.
    std::optional<media::Packet> last;
    // How long transcode may owe an answer before it counts as frozen.
    absl::Duration silence = absl::Seconds(2);
  };
  struct Handler {
    absl::AnyInvocable<void(media::StreamInfo)> on_info;
    absl::AnyInvocable<void(media::Packet)> on_packet;
    absl::AnyInvocable<void(flow::FrameDone)> on_done;
    absl::AnyInvocable<void(uint64_t seq)> on_superseded;
    absl::AnyInvocable<void(const flow::TranscodeOpened&)> on_up;
    absl::AnyInvocable<void(const flow::EncoderChanged&)> on_encoder;
    absl::AnyInvocable<void(const absl::Status& why, absl::Duration retry_in)> on_down;
    // Transcode owes an answer and gives none; and it speaks again.
    absl::AnyInvocable<void(absl::Duration limit)> on_silent;
    absl::AnyInvocable<void()> on_heard;
    // The time line's present place, for a picture that is sent again.
    absl::AnyInvocable<int64_t()> stamp;
    // Output packets that the caller can take from a new session before it grants more.
    absl::AnyInvocable<uint32_t()> room;
  };

  TranscodeLink(std::shared_ptr<base::Executor> executor, flow::TranscodeConnector& connector,
                Options options, Handler handler);

  void Start();
  void Stop();

  // A new picture.
  void Offer(media::Packet jpeg);
  // A late reader waits.
  void ForceIdr();
  // `packets` of output were taken.
  void GrantOutput(uint32_t packets);
  // The newest picture that was encoded.
  const std::optional<media::Packet>& last() const { return last_; }
  // Pictures that wait for room in transcode; any thread.
  int waiting() const { return depth_.load(std::memory_order_relaxed); }

 private:
  struct Sent {
    media::Packet jpeg;
    int sessions = 0;  // that got it
  };

  void OnConnect();
  void OnMessage(flow::TranscodeDown message);
  void OnOpened(const flow::TranscodeOpened& opened);
  void OnMedia(media::Message message);
  void OnDone(flow::FrameDone done);
  void OnCredit(const flow::Credit& credit);
  void OnDraining();
  void OnDown(const absl::Status& why, absl::Duration retry_in);
  void ResendLast();
  void ExpectAnswer();
  void SendWaiting();
  void SendReplay();
  void SendJpeg(Sent sent);

  const Options options_;
  Handler handler_;
  bool open_ = false;
  bool leaving_ = false;  // this instance drains: it gets no further picture
  uint32_t credits_ = 0;
  uint32_t output_room_ = 0;   // granted for output, not yet used
  uint32_t owed_credits_ = 0;  // for output, not yet granted
  int64_t last_out_pts_;
  bool holds_picture_ = false;  // this session encoded something, so it can repeat it
  flow::NewestSlot<media::Packet> waiting_;
  std::deque<Sent> replay_;            // to be sent again before `waiting_`
  std::deque<Sent> unfinished_;        // sent, FrameDone outstanding
  std::atomic<int> depth_ = 0;         // of `replay_` and `waiting_`
  std::optional<media::Packet> last_;  // newest picture that was encoded
  StageLink<flow::TranscodeUp, flow::TranscodeDown> link_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_TRANSCODE_LINK_H_
