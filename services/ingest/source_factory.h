// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_

#include <memory>

#include "libs/base/executor.h"
#include "libs/base/thread_runtime.h"
#include "services/ingest/relay_spec.h"
#include "services/ingest/source.h"
#include "services/ingest/source_policy.h"

namespace relayfleet::ingest {

// Makes what reads a source, for each kind. Thread-safe.
class SourceFactory {
 public:
  // `blocking`: threads on which libav and disks may block, outlives all sources.
  SourceFactory(SourcePolicy policy, base::ThreadRuntime* blocking)
      : policy_(std::move(policy)), blocking_(blocking) {}

  // Null where nothing is read: frames, and access units that are pushed. `strand`: the relay's,
  // one of a ThreadRuntime.
  std::unique_ptr<Source> Make(const ResolvedSpec& spec,
                               const std::shared_ptr<base::Executor>& strand) const;

 private:
  const SourcePolicy policy_;
  base::ThreadRuntime* const blocking_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_
