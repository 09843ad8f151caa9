// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_STAGE_H_
#define RELAYFLEET_SERVICES_TRANSCODE_STAGE_H_

#include <memory>
#include <string>

#include "libs/av/codec_factory.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "services/transcode/encoder_catalog.h"
#include "services/transcode/observer.h"

namespace relayfleet::transcode {

class SessionRegistry;

// The transcode stage: makes one TranscodeSession out of each pipe and fences them by epoch.
//
//   pipe ──► session (a control strand, a codec strand) ──► pipe
//
// Thread-safe. What it is given outlives it and the runtimes' tasks: stop the runtimes first, or
// wait until sessions() is 0.
class TranscodeStageImpl final : public flow::TranscodeStage {
 public:
  struct Options {
    std::string instance;    // name that sessions see
    int max_sessions = 200;  // further ones are refused with RESOURCE_EXHAUSTED
  };

  // `control`: a few threads for messages and timers; `codec`: one thread per core.
  // Sessions begin once `encoders` are known.
  TranscodeStageImpl(const Options& options, base::Runtime* control, base::Runtime* codec,
                     av::CodecFactory* codecs, EncoderCatalog* encoders, Observer* observer);
  // Ends all sessions with UNAVAILABLE.
  ~TranscodeStageImpl() override;

  void Attach(std::unique_ptr<flow::TranscodePipe> pipe) override;

  // Refuses further pipes with UNAVAILABLE and sends Draining to all sessions; they go on until
  // their peers end them. Again: nothing happens.
  void Drain();

  // Pipes attached and not yet ended.
  int sessions() const;

 private:
  const std::string instance_;
  base::Runtime* const control_;
  base::Runtime* const codec_;
  av::CodecFactory* const codecs_;
  EncoderCatalog* const encoders_;
  Observer* const observer_;
  const std::shared_ptr<SessionRegistry> registry_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_STAGE_H_
