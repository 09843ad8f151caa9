// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_INGEST_H_
#define RELAYFLEET_SERVICES_INGEST_INGEST_H_

#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/base/thread_runtime.h"
#include "libs/state/store.h"
#include "libs/telemetry/log.h"
#include "services/ingest/metrics.h"
#include "services/ingest/relay_log.h"
#include "services/ingest/relay_manager.h"
#include "services/ingest/service.h"
#include "services/ingest/source_factory.h"

namespace relayfleet::ingest {

// The ingest service put together, for its own binary and for standalone: store, relays, gRPC
// service, logs and metrics. Drain() and end the server before it is destroyed, and stop `runtime`
// too, since relays' tasks use what this owns.
class Ingest {
 public:
  struct Options {
    RelayManager::Options relays;
    SourceFactory::Options sources;
    std::string state_dir;  // folder of the durable state
  };
  // What it works with; all outlive it.
  struct Environment {
    base::ThreadRuntime& runtime;
    Relay::Stages stages;
    flow::EncoderLister& encoders;
    std::shared_ptr<prometheus::Registry> registry;
    std::shared_ptr<const telemetry::Logger> log;
  };

  // Opens the state and starts every relay in it. Errors are the store's.
  static absl::StatusOr<std::unique_ptr<Ingest>> Create(const Options& options,
                                                        const Environment& environment);
  ~Ingest();

  IngestService* service() { return &service_; }

  // Brings the registry up to date: before each scrape. Thread-safe.
  void RefreshMetrics();

  // Hands all published sessions over and waits until publish knows, at most for `grace`.
  void Drain(absl::Duration grace);

 private:
  Ingest(const Options& options, const Environment& environment,
         std::unique_ptr<state::Store> store);

  const std::unique_ptr<state::Store> store_;
  base::ThreadRuntime disk_;
  SourceFactory sources_;
  IngestMetrics metrics_;
  RelayLog observer_;
  RelayManager manager_;
  IngestService service_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_INGEST_H_
