// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/ingest.h"

#include <utility>

#include "libs/state/sqlite_store.h"
#include "services/common/await.h"

namespace relayfleet::ingest {
absl::StatusOr<std::unique_ptr<Ingest>> Ingest::Create(const Options& options,
                                                       const Environment& environment) {
  auto store = state::OpenSqliteStore({.dir = options.state_dir});
  if (!store.ok()) return store.status();
  std::unique_ptr<Ingest> ingest(new Ingest(options, environment, *std::move(store)));
  if (absl::Status status = ingest->manager_.Restore(); !status.ok()) return status;
  return ingest;
}

Ingest::Ingest(const Options& options, const Environment& environment,
               std::unique_ptr<state::Store> store)
    : store_(std::move(store)),
      disk_(1, "disk"),
      sources_(options.sources),
      metrics_(telemetry::MetricMaker(environment.registry, "ingest")),
      observer_(environment.log, metrics_),
      manager_(options.relays,
               {.store = *store_,
                .runtime = environment.runtime,
                .disk = disk_.NewStrand(),
                .stages = environment.stages,
                .observer = observer_,
                .sources = [this](const ResolvedSpec& spec,
                                  const auto& strand) { return sources_.Make(spec, strand); }}),
      service_(manager_, environment.runtime, environment.encoders) {}

Ingest::~Ingest() { disk_.Stop(); }

void Ingest::RefreshMetrics() {
  metrics_.Refresh(manager_.List(""));
  const Relay::Queued queued = manager_.Queued();
  metrics_.SetQueued(queued.pictures, queued.packets);
}

void Ingest::Drain(absl::Duration grace) {
  common::Await(grace,
                [this](absl::AnyInvocable<void()> done) { manager_.Drain(std::move(done)); });
}

}  // namespace relayfleet::ingest
