// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_log.h"

namespace relayfleet::ingest {

void RelayLog::OnCreated(absl::string_view key, bool restored, absl::string_view request) {
  if (restored) {
    log_->Info("relay restored", {{"relay", key}});
  } else {
    log_->Info("relay created", {{"relay", key}, {"request", request}});
  }
  ForwardingRelayObserver::OnCreated(key, restored, request);
}

void RelayLog::OnStopped(absl::string_view key, absl::string_view request) {
  if (request.empty()) {
    log_->Info("relay handed over", {{"relay", key}});
  } else {
    log_->Info("relay stopped", {{"relay", key}, {"request", request}});
  }
  ForwardingRelayObserver::OnStopped(key, request);
}

void RelayLog::OnRefused(absl::string_view key, absl::string_view request, PushOutcome outcome,
                         absl::string_view detail) {
  log_->Debug("picture refused", {{"relay", key}, {"request", request}, {"error", detail}});
  ForwardingRelayObserver::OnRefused(key, request, outcome, detail);
}

void RelayLog::OnStageUp(absl::string_view key, absl::string_view stage, absl::string_view detail) {
  log_->Info("stage attached", {{"relay", key}, {"stage", stage}, {"detail", detail}});
  ForwardingRelayObserver::OnStageUp(key, stage, detail);
}

void RelayLog::OnStageDown(absl::string_view key, absl::string_view stage, absl::string_view why,
                           absl::Duration retry_in) {
  if (retry_in == absl::InfiniteDuration()) {
    log_->Error("stage refused the relay", {{"relay", key}, {"stage", stage}, {"error", why}});
  } else {
    log_->Warning("stage lost", {{"relay", key},
                                 {"stage", stage},
                                 {"error", why},
                                 {"retry_in", absl::FormatDuration(retry_in)}});
  }
  ForwardingRelayObserver::OnStageDown(key, stage, why, retry_in);
}

void RelayLog::OnStageSilent(absl::string_view key, absl::string_view stage, absl::Duration limit) {
  log_->Warning("stage gives no credit",
                {{"relay", key}, {"stage", stage}, {"for", absl::FormatDuration(limit)}});
  ForwardingRelayObserver::OnStageSilent(key, stage, limit);
}

void RelayLog::OnEncoderChanged(absl::string_view key, const flow::EncoderChanged& changed) {
  log_->Warning("encoder changed",
                {{"relay", key}, {"encoder", changed.encoder}, {"error", changed.reason}});
  ForwardingRelayObserver::OnEncoderChanged(key, changed);
}

void RelayLog::OnOnline(absl::string_view key, const flow::Online& online) {
  log_->Info("relay online",
             {{"relay", key}, {"url", online.rtsp_url}, {"control_api", online.control_api}});
  ForwardingRelayObserver::OnOnline(key, online);
}

void RelayLog::OnLost(absl::string_view key, const flow::Lost& lost) {
  log_->Warning("relay lost", {{"relay", key},
                               {"error", lost.reason},
                               {"path_taken", lost.path_taken},
                               {"retry_in", absl::FormatDuration(lost.retry_in)}});
  ForwardingRelayObserver::OnLost(key, lost);
}

}  // namespace relayfleet::ingest
