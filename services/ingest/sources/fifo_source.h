// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_FIFO_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_FIFO_SOURCE_H_

#include <memory>
#include <string>

#include "libs/base/thread_runtime.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// Annex-B H.264 from a FIFO on this machine, e.g. `libcamera-vid -o /run/relayfleet/cam.fifo`.
//
//   FIFO ──bytes──► AnnexbSplitter ──units──► VideoGate ──► packets
//
// Writers come and go: without one it is silent, and goes on with the next one's first key frame.
// Capture time and pts are those of arrival. A path that is no FIFO is FAILED_PRECONDITION.
class FifoSource final : public Source {
 public:
  struct Options {
    std::string path;  // absolute
  };

  FifoSource(std::shared_ptr<base::AsioStrand> strand, Options options)
      : strand_(std::move(strand)), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  bool passive() const override { return true; }
  std::string name() const override { return options_.path; }

 private:
  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_FIFO_SOURCE_H_
