// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_VIDEO_LANE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_VIDEO_LANE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/transcode/codec_worker.h"
#include "services/transcode/input_queue.h"
#include "services/transcode/lane.h"
#include "services/transcode/output.h"
#include "services/transcode/pacing.h"

namespace relayfleet::transcode {

// Makes H.264 out of JPEGs or of coded video.
//
//   packets ─► [input queue] ─► codec strand: decode, hold, encode ─► packet, FrameDone, Credit
//                  ForceIdr, silence ─► the held picture again ─► packet
//
// One job is with the codec at any time, and none is begun without a credit for its output: so
// what waits is the newest JPEG, or the coded packets that the peer has credits for, and never
// anything encoded. Silence is filled for ever, unless the spec says no_repeats.
class VideoLane final : public Lane {
 public:
  // `encoders`: names, in order of preference, at least one.
  VideoLane(Context context, const flow::TranscodeOpen& open, std::vector<std::string> encoders);

  void OnMedia(media::Message message) override;
  void OnCredit(uint32_t packets) override;
  void OnForceIdr() override;
  void OnEnd() override;
  void Abandon() override;

 private:
  // What is with the codec.
  struct Running {
    CodecJob::Kind kind = CodecJob::Kind::kPacket;
    bool force_key = false;
  };
  // A packet whose pictures are being encoded.
  struct Open {
    Input input;
    flow::FrameDone done;
  };

  void OnInfo(const media::StreamInfo& info);
  void OnPacket(media::Packet packet);
  void Work();
  void Finish();
  void BeginNext();
  void EncodeAgain(bool force_key);
  void Submit(CodecJob job);
  void OnResult(CodecResult result);
  void Hold(const media::Packet& picture);
  void Account(const CodecResult& result);
  void SendUnit(av::AccessUnit unit, bool repeat);
  void Answer(const media::Packet& packet, flow::FrameDone done);
  void ArmTimer();
  absl::Duration Now() const { return context_.control->clock().Monotonic(); }

  Context context_;
  const bool repeats_;
  bool closed_ = false;
  bool ending_ = false;                  // End came: finish what is here
  bool finished_ = false;                // and the decoder was emptied
  std::shared_ptr<CodecWorker> worker_;  // used on the codec strand
  Pacing pacing_;
  Output output_;
  uint64_t output_credits_ = 0;

  media::Track track_{.codec = media::Codec::kJpeg};  // of the last packet that came
  InputQueue waiting_;
  std::optional<Running> running_;
  bool more_ = false;          // the worker has another picture
  std::optional<Open> open_;   // of the packet that the worker is at
  std::optional<Input> held_;  // of the picture that the worker holds, without its payload
  base::Timer timer_;
  absl::Duration timer_due_ = absl::InfiniteDuration();
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_VIDEO_LANE_H_
