// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_DEMUX_ATTEMPT_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_DEMUX_ATTEMPT_H_

#include <atomic>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "libs/av/demuxer.h"
#include "libs/base/executor.h"
#include "services/ingest/source.h"
#include "services/ingest/sources/source_threads.h"

namespace relayfleet::ingest {

// An attempt at a source that libav reads, on a thread of its own:
//
//   thread: Demuxer ──► LoopLine ──► VideoGate ──► ReadAhead ──► strand: when due ──► packets
//
// Destroying it never waits: the thread ends by itself, soon.
class DemuxAttempt final : public SourceAttempt {
 public:
  using Stop = std::shared_ptr<const std::atomic<bool>>;
  struct Options {
    // Called on the thread; may block until `stop`.
    std::function<absl::StatusOr<std::unique_ptr<av::Demuxer>>(const Stop& stop)> open;
    // In real time by dts; else as they come.
    bool paced = true;
    // Begins again at the end.
    bool loop = false;
    // Of the end of the source.
    absl::Status at_end;
  };

  DemuxAttempt(std::shared_ptr<base::Executor> strand, SourceThreads* threads, Options options,
               Handler handler);
  ~DemuxAttempt() override;

 private:
  class Player;
  const std::shared_ptr<Player> player_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_DEMUX_ATTEMPT_H_
