// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_DIRECT_CONNECTOR_H_
#define RELAYFLEET_LIBS_FLOW_DIRECT_CONNECTOR_H_

#include <memory>
#include <utility>

#include "libs/flow/direct_pipe.h"
#include "libs/flow/stages.h"

namespace relayfleet::flow {

// Connects to a stage of the same process: makes a direct pipe and attaches its other end.
// `Connector` is TranscodeConnector or PublishConnector. The stage outlives it. Thread-safe.
template <typename Connector, typename Stage, typename Up, typename Down>
class DirectConnector final : public Connector {
 public:
  explicit DirectConnector(Stage* stage) : stage_(stage) {}

  std::unique_ptr<Pipe<Up, Down>> Connect() override {
    auto [own, peer] = MakeDirectPipe<Up, Down>();
    stage_->Attach(std::move(peer));
    return std::move(own);
  }

 private:
  Stage* const stage_;
};

using DirectTranscodeConnector =
    DirectConnector<TranscodeConnector, TranscodeStage, TranscodeUp, TranscodeDown>;
using DirectPublishConnector =
    DirectConnector<PublishConnector, PublishStage, PublishUp, PublishDown>;

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_DIRECT_CONNECTOR_H_
