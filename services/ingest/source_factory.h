// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/storage/s3.h"
#include "services/ingest/relay_spec.h"
#include "services/ingest/source.h"
#include "services/ingest/source_policy.h"
#include "services/ingest/sources/source_threads.h"

namespace relayfleet::ingest {

// Makes what reads a source, for each kind. Thread-safe; outlives what it made.
class SourceFactory {
 public:
  struct Options {
    SourcePolicy policy;
    storage::S3Options s3;           // where s3:// lies
    bool verify_certificate = true;  // of rtsps
    std::string ca_file;             // PEM, for rtsps; empty: the system's
  };

  explicit SourceFactory(Options options) : options_(std::move(options)) {}

  // Null where nothing is read: pictures and access units that are pushed. `strand`: the relay's,
  // one of a ThreadRuntime.
  std::unique_ptr<Source> Make(const ResolvedSpec& spec,
                               const std::shared_ptr<base::Executor>& strand);

 private:
  struct Maker;

  const Options options_;
  SourceThreads threads_;  // of those that block
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCE_FACTORY_H_
