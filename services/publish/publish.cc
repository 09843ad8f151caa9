// SPDX-License-Identifier: Apache-2.0

#include "services/publish/publish.h"

#include <functional>
#include <utility>

#include "libs/base/errors.h"
#include "libs/mediamtx/api_client.h"
#include "libs/mediamtx/reader_watch.h"
#include "services/common/await.h"
#include "services/publish/metrics.h"
#include "services/publish/rtsp_dialer.h"

namespace relayfleet::publish {
namespace {

using WatchFactory =
    std::function<PublishStageImpl::Watch(const MediaServer&, PublishStageImpl::WatchHandler)>;

// Watches by polling the control API of the fleet's own server; callers' servers have none that
// we know of.
WatchFactory PollingWatch(base::ThreadRuntime* runtime, const MediaServer& own,
                          const mediamtx::ApiClient::Options& api,
                          const mediamtx::ReaderWatch::Options& polling) {
  return [runtime, own, api, polling](
             const MediaServer& server,
             PublishStageImpl::WatchHandler handler) -> PublishStageImpl::Watch {
    if (!(server == own)) return nullptr;
    auto strand = runtime->NewAsioStrand();
    auto watch = mediamtx::ReaderWatch::Start(
        strand, std::make_unique<mediamtx::ApiClient>(strand, api), polling,
        {.on_reader = std::move(handler.on_reader),
         .on_reachable = std::move(handler.on_reachable)});
    // Its last owner may be any thread, but it must die on its strand.
    auto* held = watch.get();
    return PublishStageImpl::Watch(held, [strand, watch = std::move(watch)](void*) mutable {
      strand->Post([watch = std::move(watch)] {});
    });
  };
}

absl::Status AllowServer(const base::UrlPolicy& policy, const MediaServer& server) {
  const auto url = base::SecretUrl::Parse(server.Name());
  return url.ok() ? policy.CheckUrl(*url) : url.status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Publish>> Publish::Create(
    const Options& options, base::ThreadRuntime* runtime, prometheus::Registry* registry,
    std::shared_ptr<const telemetry::Logger> log) {
  PublishStageImpl::Options stage = {
      .instance = options.instance,
      .default_server = options.server,
      .notified = options.notifier.has_value(),
      .new_line =
          [runtime, policy = options.url_policy] {
            return NewRtspLine(runtime, {.address_check = [policy](const auto& address) {
                                 return policy.CheckAddress(address);
                               }});
          },
      .allow = [policy = options.url_policy](
                   const MediaServer& server) { return AllowServer(policy, server); },
      .observer = std::make_shared<PathLog>(std::move(log), std::make_shared<Metrics>(registry))};
  if (options.api_url.has_value()) {
    const auto api = mediamtx::ApiClient::At(*options.api_url);
    if (!api.ok()) return base::BadSetting("mediamtx_api", api.status().message());
    mediamtx::ReaderWatch::Options polling;
    // Told of readers, it only has to know whether the API answers.
    if (stage.notified) polling.interval = polling.slow_interval = absl::Seconds(5);
    stage.watch = PollingWatch(runtime, options.server, *api, polling);
  }
  std::unique_ptr<Publish> publish(new Publish);
  publish->stage_ = std::make_shared<PublishStageImpl>(std::move(stage));
  if (options.notifier.has_value()) {
    auto listener = mediamtx::ReadListener::Create(
        runtime->NewAsioStrand(), *options.notifier,
        [stage = publish->stage_.get()](absl::string_view path) { stage->OnReader(path); });
    if (!listener.ok()) return listener.status();
    publish->listener_ = *std::move(listener);
  }
  return publish;
}

void Publish::Drain(absl::Duration grace) {
  common::Await(grace, [this](absl::AnyInvocable<void()> done) { stage_->Drain(std::move(done)); });
}

}  // namespace relayfleet::publish
