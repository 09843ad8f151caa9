// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/av/codec_factory.h"
#include "libs/base/executor.h"
#include "libs/flow/newest_slot.h"
#include "libs/flow/stages.h"
#include "services/transcode/codec_worker.h"
#include "services/transcode/observer.h"
#include "services/transcode/output.h"
#include "services/transcode/pacing.h"

namespace relayfleet::transcode {

// One relay's transcoding: JPEGs and requests come up a pipe, H.264 and results go down it.
//
//   JPEG ─► [newest slot] ─► codec strand: decode, hold, encode ─► packet, FrameDone, Credit
//                 ForceIdr, silence ─► the held picture again ─► packet
//
// One job is with the codec at any time, and none is begun without a credit for its output: so
// what waits is one JPEG, the newest, and never anything encoded. Silence is filled for ever.
//
// An actor on its control strand; only Drain() and Abort() may be called from elsewhere. Its peer's
// close, an error or End ends it, and `on_end` is then called, once.
class TranscodeSession : public std::enable_shared_from_this<TranscodeSession> {
 public:
  struct Dependencies {
    std::shared_ptr<base::Executor> control;
    std::shared_ptr<base::Executor> codec;
    av::CodecFactory* codecs = nullptr;  // outlives it, as does:
    Observer* observer = nullptr;
    std::string instance;  // name told to the peer
    // Asked with the first message whether it may begin; on the control strand.
    absl::AnyInvocable<absl::Status(const flow::TranscodeOpen&)> admit;
    absl::AnyInvocable<void()> on_end;
  };

  // A peer has that long to send its first message.
  static constexpr absl::Duration kOpenDeadline = absl::Seconds(10);
  // JPEGs in flight from the peer.
  static constexpr uint32_t kInputCredits = 2;

  TranscodeSession(std::unique_ptr<flow::TranscodePipe> pipe, Dependencies dependencies);
  ~TranscodeSession();

  // Begins to listen; once, after construction as a shared_ptr.
  void Start();

  // Tells the peer to go elsewhere.
  void Drain();
  // Ends it; the peer learns why.
  void Abort(absl::Status why);

 private:
  // A JPEG that waits.
  struct Input {
    media::Packet packet;
    absl::Duration arrival;  // monotonic
  };
  // What is with the codec.
  struct Running {
    Input input;  // of the picture, or the held one's
    bool repeat = false;
  };

  void OnMessage(flow::TranscodeUp message);
  void OnOpen(flow::TranscodeOpen open);
  void OnMedia(media::Message message);
  void OnPicture(media::Packet packet);
  void Work();
  void EncodePicture(Input input);
  void EncodeAgain(bool force_key);
  void Submit(Running running, CodecJob job);
  void OnResult(CodecResult result);
  void SendUnit(const Running& running, av::AccessUnit unit);
  void Finish(const media::Packet& packet, flow::FrameDone done);
  void ArmTimer();
  void Close(absl::Status status);
  absl::Duration Now() const { return deps_.control->clock().Monotonic(); }

  Dependencies deps_;
  const std::unique_ptr<flow::TranscodePipe> pipe_;
  bool closed_ = false;
  bool ending_ = false;  // End came: finish what is here

  // From Open on.
  flow::TranscodeOpen open_;
  std::shared_ptr<CodecWorker> worker_;  // null before; used on the codec strand
  std::optional<Pacing> pacing_;
  std::optional<Output> output_;
  uint64_t output_credits_ = 0;

  flow::NewestSlot<Input> waiting_;
  std::optional<Running> running_;
  std::optional<Input> held_;  // of the picture that the worker holds, without its payload
  base::Timer timer_;
  absl::Duration timer_due_ = absl::InfiniteDuration();
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_
