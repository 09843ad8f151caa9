// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LANE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LANE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "services/transcode/audio_worker.h"
#include "services/transcode/lane.h"

namespace relayfleet::transcode {

// Makes AAC or Opus of one track of sound.
//
//   packets ─► [queue] ─► codec strand: decode, resample, encode ─► [units] ─► packets, FrameDone
//
// One packet is with the codec at any time; the next one begins when the peer has taken all that
// came of it. The peer's credits bound the queue. Silence is not filled.
class AudioLane final : public Lane {
 public:
  // Items that wait at most; a peer that sends more ignores its credits.
  static constexpr size_t kMaxItems = 64;

  AudioLane(Context context, const flow::TranscodeOpen& open);

  void OnMedia(media::Message message) override;
  void OnCredit(uint32_t packets) override;
  void OnEnd() override;
  void Abandon() override;

 private:
  // A packet, or a track that those behind it belong to.
  struct Item {
    std::optional<media::Track> track;
    media::Packet packet;
    absl::Duration arrival;
  };
  // A packet that is with the codec, or whose units wait.
  struct Open {
    media::Packet packet;  // without payload
    int64_t pts = 0;       // in the output's sample rate
    flow::FrameDone done;
    std::deque<av::AudioUnit> units;
  };

  void OnInfo(const media::StreamInfo& info);
  void Work();
  void Begin(Item item);
  void OnResult(AudioResult result);
  void SendUnits();
  media::Packet Wrap(av::AudioUnit unit);
  void Answer();
  absl::Duration Now() const { return context_.control->clock().Monotonic(); }

  Context context_;
  const int sample_rate_;
  bool closed_ = false;
  bool ending_ = false;
  std::shared_ptr<AudioWorker> worker_;  // used on the codec strand
  uint64_t output_credits_ = 0;
  uint64_t seq_ = 0;
  media::StreamInfo info_{.generation = 0, .tracks = {}};

  media::Track track_;  // of the last packet that came
  std::deque<Item> waiting_;
  bool running_ = false;
  std::optional<Open> open_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_AUDIO_LANE_H_
