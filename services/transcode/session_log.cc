// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session_log.h"

namespace relayfleet::transcode {

void SessionLog::OnSessionOpened(absl::string_view relay) {
  log_->Info("transcode session opened", {{"relay", relay}});
  next_->OnSessionOpened(relay);
}

void SessionLog::OnSessionEnded(absl::string_view relay, const absl::Status& why) {
  log_->Info("transcode session ended", {{"relay", relay}, {"error", why.message()}});
  next_->OnSessionEnded(relay, why);
}

void SessionLog::OnRefused(absl::string_view relay, const absl::Status& why) {
  log_->Warning("transcode session refused", {{"relay", relay}, {"error", why.message()}});
  next_->OnRefused(relay, why);
}

void SessionLog::OnFrameIn(size_t bytes) { next_->OnFrameIn(bytes); }

void SessionLog::OnQueue(int change) { next_->OnQueue(change); }

void SessionLog::OnFrameDone(absl::string_view relay, const flow::FrameDone& done) {
  if (done.outcome == flow::FrameOutcome::kFailed) {
    log_->Error("picture not encoded", {{"relay", relay}, {"error", done.detail}});
  } else if (done.outcome == flow::FrameOutcome::kBadImage) {
    log_->Debug("picture not decoded", {{"relay", relay}, {"error", done.detail}});
  }
  next_->OnFrameDone(relay, done);
}

void SessionLog::OnFrameOut(size_t bytes, bool key, bool repeat) {
  next_->OnFrameOut(bytes, key, repeat);
}

void SessionLog::OnRepeatFailed(absl::string_view relay, const absl::Status& why) {
  log_->Error("repeat not encoded", {{"relay", relay}, {"error", why.message()}});
  next_->OnRepeatFailed(relay, why);
}

}  // namespace relayfleet::transcode
