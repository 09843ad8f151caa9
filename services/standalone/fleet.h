// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_STANDALONE_FLEET_H_
#define RELAYFLEET_SERVICES_STANDALONE_FLEET_H_

#include <prometheus/registry.h>

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/flow/direct_connector.h"
#include "libs/rpc/server.h"
#include "libs/telemetry/log.h"
#include "services/common/config.h"
#include "services/common/operator_port.h"
#include "services/gateway/gateway.h"
#include "services/ingest/ingest.h"
#include "services/publish/publish.h"
#include "services/standalone/media_server.h"
#include "services/standalone/summary.h"
#include "services/transcode/transcode.h"

namespace relayfleet::standalone {

// The whole fleet in one process, MediaMTX beside it:
//
//   users ─► Gateway ─in-process gRPC─► Ingest ─direct pipes─► Transcode
//                                          └────direct pipes─► Publish ─RTSP─► MediaMTX
//
// Start and Stop block and are called from main's thread.
class Fleet {
 public:
  struct Options {
    ingest::Ingest::Options ingest;
    transcode::EncoderCatalog::Options encoders;
    gateway::Gateway::Options gateway;
    common::Endpoint metrics;
    std::optional<publish::MediaServer> mediamtx;  // running; none: media_server is started
    std::optional<base::SecretUrl> mediamtx_api;
    LocalMediaServer::Options media_server;
  };

  static absl::StatusOr<std::unique_ptr<Fleet>> Start(const Options& options,
                                                      std::shared_ptr<const telemetry::Logger> log);
  ~Fleet();

  // Ends in order: no new work, streams closed at MediaMTX, MediaMTX itself. Within about 5 s.
  void Stop();

  // Runs what the services do on strands.
  base::Runtime& runtime() { return runtime_; }

  // Where it is reached, of a started fleet.
  Places places() const;

 private:
  Fleet(const Options& options, std::shared_ptr<const telemetry::Logger> log);

  absl::Status StartMediaServer();
  absl::Status StartStages();
  absl::Status StartApis();

  const Options options_;
  const std::shared_ptr<const telemetry::Logger> log_;
  const std::shared_ptr<prometheus::Registry> registry_;
  bool stopped_ = false;
  publish::MediaServer target_;  // where publish publishes
  std::unique_ptr<LocalMediaServer> media_server_;

  // Services outlive the runtime's threads, which use them; the runtime object outlives them all.
  base::ThreadRuntime runtime_;
  std::unique_ptr<publish::Publish> publish_;
  std::unique_ptr<transcode::Transcode> transcode_;
  std::unique_ptr<flow::DirectTranscodeConnector> to_transcode_;
  std::unique_ptr<flow::DirectPublishConnector> to_publish_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<common::OperatorPort> operators_;
};

}  // namespace relayfleet::standalone

#endif  // RELAYFLEET_SERVICES_STANDALONE_FLEET_H_
