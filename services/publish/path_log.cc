// SPDX-License-Identifier: Apache-2.0

#include "services/publish/path_log.h"

namespace relayfleet::publish {

void PathLog::OnReceived(absl::string_view path, int packets) { next_->OnReceived(path, packets); }

void PathLog::OnWritten(absl::string_view path, size_t bytes, absl::Duration latency) {
  next_->OnWritten(path, bytes, latency);
}

void PathLog::OnDropped(absl::string_view path, DropReason reason) {
  next_->OnDropped(path, reason);
}

void PathLog::OnQueueDepth(absl::string_view path, int packets) {
  next_->OnQueueDepth(path, packets);
}

void PathLog::OnOnline(absl::string_view path, bool first) {
  log_->Info(first ? "RTSP session begun" : "RTSP session begun again", {{"relay", path}});
  next_->OnOnline(path, first);
}

void PathLog::OnLost(absl::string_view path, const flow::Lost& lost) {
  log_->Warning("RTSP session lost", {{"relay", path},
                                      {"error", lost.reason},
                                      {"path_taken", lost.path_taken},
                                      {"retry_in", lost.retry_in}});
  next_->OnLost(path, lost);
}

void PathLog::OnNeedKey(absl::string_view path, flow::NeedKeyReason reason) {
  next_->OnNeedKey(path, reason);
}

void PathLog::OnAttached(absl::string_view path, uint64_t epoch, bool resumed) {
  log_->Info("path attached", {{"relay", path}, {"epoch", epoch}, {"resumed", resumed}});
  next_->OnAttached(path, epoch, resumed);
}

void PathLog::OnDetached(absl::string_view path, const absl::Status& why) {
  log_->Info("path detached", {{"relay", path}, {"error", why.message()}});
  next_->OnDetached(path, why);
}

void PathLog::OnRefused(const absl::Status& why) {
  log_->Warning("publish session refused", {{"error", why.message()}});
  next_->OnRefused(why);
}

void PathLog::OnGone(absl::string_view path) {
  log_->Info("path gone", {{"relay", path}});
  next_->OnGone(path);
}

}  // namespace relayfleet::publish
