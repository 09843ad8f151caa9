// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_UNIT_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_UNIT_SOURCE_H_

#include <memory>
#include <string>

#include "services/ingest/source.h"
#include "services/ingest/unit_push.h"

namespace relayfleet::ingest {

// H.264 that is pushed, as a source: access units pass from the first key frame with parameter sets
// on. Time stamps are the capture times where they are plausible, else the arrivals. Lives on the
// relay's strand.
class UnitSource final : public Source {
 public:
  ~UnitSource() override;

  // Answers `push`.
  void Offer(UnitPush push);

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  bool passive() const override { return true; }
  std::string name() const override { return "pushed H.264"; }

 private:
  class Attempt;

  Attempt* attempt_ = nullptr;  // unregisters itself
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_UNIT_SOURCE_H_
