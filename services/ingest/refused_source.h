// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_REFUSED_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_REFUSED_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "libs/base/executor.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// Stands for a source that this service does not read: each attempt ends at once with the reason,
// as one that no retry heals.
class RefusedSource final : public Source {
 public:
  RefusedSource(std::shared_ptr<base::Executor> strand, absl::Status why)
      : strand_(std::move(strand)), why_(absl::StatusCode::kFailedPrecondition, why.message()) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override {
    return std::make_unique<Attempt>(*strand_, std::move(handler), why_);
  }
  std::string name() const override { return "refused"; }

 private:
  class Attempt final : public SourceAttempt {
   public:
    Attempt(base::Executor& strand, Handler handler, const absl::Status& why)
        : handler_(std::move(handler)), end_(strand.After(absl::ZeroDuration(), [this, why] {
            // Who hears of it may end this attempt.
            auto on_end = std::move(handler_.on_end);
            on_end(why);
          })) {}

   private:
    Handler handler_;
    const base::Timer end_;
  };

  const std::shared_ptr<base::Executor> strand_;
  const absl::Status why_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_REFUSED_SOURCE_H_
