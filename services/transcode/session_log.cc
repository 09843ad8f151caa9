// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/session_log.h"

namespace relayfleet::transcode {

void SessionLog::OnSessionOpened(absl::string_view relay) {
  log_->Info("transcode session opened", {{"relay", relay}});
  ForwardingObserver::OnSessionOpened(relay);
}

void SessionLog::OnSessionEnded(absl::string_view relay, const absl::Status& why) {
  log_->Info("transcode session ended", {{"relay", relay}, {"error", why.message()}});
  ForwardingObserver::OnSessionEnded(relay, why);
}

void SessionLog::OnRefused(absl::string_view relay, const absl::Status& why) {
  log_->Warning("transcode session refused", {{"relay", relay}, {"error", why.message()}});
  ForwardingObserver::OnRefused(relay, why);
}

void SessionLog::OnFrameDone(absl::string_view relay, const flow::FrameDone& done) {
  if (done.outcome == flow::FrameOutcome::kFailed) {
    log_->Error("picture not encoded", {{"relay", relay}, {"error", done.detail}});
  } else if (done.outcome == flow::FrameOutcome::kBadImage) {
    log_->Debug("picture not decoded", {{"relay", relay}, {"error", done.detail}});
  }
  ForwardingObserver::OnFrameDone(relay, done);
}

void SessionLog::OnEncoderChanged(absl::string_view relay, const flow::EncoderChanged& changed) {
  log_->Warning("encoder changed",
                {{"relay", relay}, {"encoder", changed.encoder}, {"error", changed.reason}});
  ForwardingObserver::OnEncoderChanged(relay, changed);
}

void SessionLog::OnRepeatFailed(absl::string_view relay, const absl::Status& why) {
  log_->Error("repeat not encoded", {{"relay", relay}, {"error", why.message()}});
  ForwardingObserver::OnRepeatFailed(relay, why);
}

}  // namespace relayfleet::transcode
