// SPDX-License-Identifier: Apache-2.0

#include "services/publish/path_log.h"

namespace relayfleet::publish {

void PathLog::OnOnline(absl::string_view path, bool first) {
  log_->Info(first ? "RTSP session begun" : "RTSP session begun again", {{"relay", path}});
  ForwardingObserver::OnOnline(path, first);
}

void PathLog::OnLost(absl::string_view path, const flow::Lost& lost) {
  log_->Warning("RTSP session lost", {{"relay", path},
                                      {"error", lost.reason},
                                      {"path_taken", lost.path_taken},
                                      {"retry_in", lost.retry_in}});
  ForwardingObserver::OnLost(path, lost);
}

void PathLog::OnAttached(absl::string_view path, uint64_t epoch, bool resumed) {
  log_->Info("path attached", {{"relay", path}, {"epoch", epoch}, {"resumed", resumed}});
  ForwardingObserver::OnAttached(path, epoch, resumed);
}

void PathLog::OnDetached(absl::string_view path, const absl::Status& why) {
  log_->Info("path detached", {{"relay", path}, {"error", why.message()}});
  ForwardingObserver::OnDetached(path, why);
}

void PathLog::OnRefused(const absl::Status& why) {
  log_->Warning("publish session refused", {{"error", why.message()}});
  ForwardingObserver::OnRefused(why);
}

void PathLog::OnGone(absl::string_view path) {
  log_->Info("path gone", {{"relay", path}});
  ForwardingObserver::OnGone(path);
}

}  // namespace relayfleet::publish
