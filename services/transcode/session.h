// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/av/codec_factory.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "services/transcode/encoder_catalog.h"
#include "services/transcode/lane.h"
#include "services/transcode/observer.h"

namespace relayfleet::transcode {

// One relay's transcoding: packets and requests come up a pipe; H.264, or sound, and results go
// down it. This is the session's life; what it does with media is its lane's:
//
//   pipe ─► TranscodeSession: open, admit, end ─► VideoLane or AudioLane ─► pipe
//
// An actor on its control strand; only Drain() and Abort() may be called from elsewhere. Its peer's
// close, an error or End ends it, and `on_end` is then called, once.
class TranscodeSession : public std::enable_shared_from_this<TranscodeSession> {
 public:
  struct Dependencies {
    std::shared_ptr<base::Executor> control;
    std::shared_ptr<base::Executor> codec;
    av::CodecFactory* codecs = nullptr;  // outlives it, as do:
    const EncoderCatalog* encoders = nullptr;
    Observer* observer = nullptr;
    std::string instance;  // name told to the peer
    // Asked with the first message whether it may begin; on the control strand.
    absl::AnyInvocable<absl::Status(const flow::TranscodeOpen&)> admit;
    absl::AnyInvocable<void()> on_end;
  };

  // A peer has that long to send its first message.
  static constexpr absl::Duration kOpenDeadline = absl::Seconds(10);
  // Packets in flight from the peer.
  static constexpr uint32_t kInputCredits = 2;

  TranscodeSession(std::unique_ptr<flow::TranscodePipe> pipe, Dependencies dependencies);
  ~TranscodeSession();

  // Begins to listen; once, after construction as a shared_ptr, when the encoders are known.
  void Start();

  // Tells the peer to go elsewhere.
  void Drain();
  // Ends it; the peer learns why.
  void Abort(absl::Status why);

 private:
  void OnMessage(flow::TranscodeUp message);
  void OnOpen(flow::TranscodeOpen open);
  // The encoder's name, after `lane_` was made.
  absl::StatusOr<std::string> MakeLane(const flow::TranscodeOpen& open);
  void Close(absl::Status status);

  Dependencies deps_;
  const std::unique_ptr<flow::TranscodePipe> pipe_;
  std::string relay_;
  bool closed_ = false;
  std::unique_ptr<Lane> lane_;  // from Open on
  base::Timer timer_;           // before
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SESSION_H_
