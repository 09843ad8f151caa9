// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FALLBACK_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_FALLBACK_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// Reads by `first`, and where that says UNIMPLEMENTED by `second`, within the same attempt: a note
// says so. Later attempts begin with what worked out. Lives on `strand`, as both do.
class FallbackSource final : public Source {
 public:
  struct Options {
    std::unique_ptr<Source> first;
    std::unique_ptr<Source> second;
    std::string second_name;  // for the note, e.g. "libav"
  };

  FallbackSource(std::shared_ptr<base::Executor> strand, Options options)
      : strand_(std::move(strand)), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  std::string name() const override { return options_.first->name(); }

 private:
  class Attempt;

  const std::shared_ptr<base::Executor> strand_;
  const Options options_;
  std::string why_second_;  // not empty: `first` can't read it
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FALLBACK_SOURCE_H_
