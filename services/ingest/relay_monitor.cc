// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_monitor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::ingest {
namespace {

using relay::v1::RelayState;

// Weight of the newest value in the moving mean of the latency: about the last 16 pictures.
constexpr double kLatencyWeight = 1.0 / 16;

}  // namespace

RelayMonitor::RelayMonitor(const base::Clock& clock, Options options)
    : clock_(clock), started_(clock.Monotonic()), options_(options) {}

void RelayMonitor::OnFrameIn() {
  base::MutexLock lock(&mutex_);
  counts_.set_frames_in(counts_.frames_in() + 1);
  facts_.has_frame = true;
  facts_.last_frame = clock_.Wall();
  facts_.last_frame_mono = clock_.Monotonic();
  in_.Add(facts_.last_frame_mono);
}

void RelayMonitor::OnFrameRefused(PushOutcome reason) {
  base::MutexLock lock(&mutex_);
  auto& drops = *counts_.mutable_drops();
  switch (reason) {
    case PushOutcome::kRateLimited:
      return drops.set_rate_limited(drops.rate_limited() + 1);
    case PushOutcome::kSuperseded:
      return drops.set_superseded(drops.superseded() + 1);
    case PushOutcome::kBadImage:
      return drops.set_bad_image(drops.bad_image() + 1);
    case PushOutcome::kFailed:
      return drops.set_failed(drops.failed() + 1);
    case PushOutcome::kAccepted:
    case PushOutcome::kEncoded:
    case PushOutcome::kWritten:
      return;  // no drops
  }
}

void RelayMonitor::OnFrameEnd(PushOutcome outcome, absl::Duration latency) {
  if (outcome != PushOutcome::kWritten) return OnFrameRefused(outcome);
  base::MutexLock lock(&mutex_);
  const bool first = facts_.latency == absl::ZeroDuration();
  facts_.latency += (latency - facts_.latency) * (first ? 1.0 : kLatencyWeight);
}

void RelayMonitor::OnPacketsWritten(uint64_t packets) {
  base::MutexLock lock(&mutex_);
  counts_.set_frames_out(counts_.frames_out() + packets);
  const absl::Duration now = clock_.Monotonic();
  out_.Add(now, static_cast<int64_t>(packets));
  facts_.fed = facts_.online;
  facts_.last_written_mono = now;
}

void RelayMonitor::OnRepeat() {
  base::MutexLock lock(&mutex_);
  counts_.set_frames_repeated(counts_.frames_repeated() + 1);
}

void RelayMonitor::OnSourceAttempt(int attempt) {
  base::MutexLock lock(&mutex_);
  counts_.set_attempt(attempt);
  facts_.next_try = absl::InfinitePast();
}

void RelayMonitor::OnSourceUp() {
  base::MutexLock lock(&mutex_);
  counts_.set_attempt(0);
  facts_.source_up = true;
  if (!std::exchange(facts_.source_was_up, true)) return;
  counts_.set_source_restarts(counts_.source_restarts() + 1);
  counts_.set_restart_count(counts_.restart_count() + 1);
}

void RelayMonitor::OnSourceDown(absl::string_view why, absl::Duration retry_in) {
  base::MutexLock lock(&mutex_);
  facts_.source_up = false;
  SetTroubleLocked(absl::StrCat("source: ", why), retry_in);
}

void RelayMonitor::OnSourceInfo(absl::string_view info) {
  base::MutexLock lock(&mutex_);
  counts_.set_source_info(std::string(info));
}

void RelayMonitor::OnSourceLost(uint64_t packets) {
  base::MutexLock lock(&mutex_);
  counts_.set_source_lost(counts_.source_lost() + packets);
}

void RelayMonitor::OnSourceDropped(uint64_t packets) {
  base::MutexLock lock(&mutex_);
  counts_.set_source_dropped(counts_.source_dropped() + packets);
}

void RelayMonitor::OnTranscodeUp(absl::string_view encoder) {
  base::MutexLock lock(&mutex_);
  facts_.transcode_up = true;
  counts_.set_encoder(std::string(encoder));
}

void RelayMonitor::OnTranscodeNotUsed() {
  base::MutexLock lock(&mutex_);
  facts_.transcode_up = true;
  facts_.silent.erase("transcode");
  counts_.clear_encoder();
}

void RelayMonitor::OnOnline(const flow::Online& online) {
  base::MutexLock lock(&mutex_);
  if (std::exchange(facts_.was_lost, false)) counts_.set_restart_count(counts_.restart_count() + 1);
  if (!facts_.online) facts_.fed = false;
  facts_.online = facts_.was_online = true;
  facts_.next_try = absl::InfinitePast();
  counts_.set_control_api(online.control_api);
  counts_.set_rtsp_url(online.rtsp_url);
}

void RelayMonitor::OnLost(const flow::Lost& lost) {
  base::MutexLock lock(&mutex_);
  facts_.online = facts_.fed = false;
  facts_.was_lost = facts_.was_online;
  SetTroubleLocked(lost.path_taken ? absl::StrCat("PATH_TAKEN: ", lost.reason) : lost.reason,
                   lost.retry_in);
}

void RelayMonitor::OnStageDown(absl::string_view stage, absl::string_view why,
                               absl::Duration retry_in) {
  base::MutexLock lock(&mutex_);
  if (stage == "transcode") {
    facts_.transcode_up = false;
  } else {
    // Whether its RTSP session lives nobody knows until it answers again.
    facts_.publish_up = facts_.online = facts_.fed = false;
  }
  facts_.silent.erase(std::string(stage));
  SetTroubleLocked(absl::StrCat(stage, ": ", why), retry_in);
}

void RelayMonitor::OnStageSilent(absl::string_view stage, absl::Duration limit) {
  base::MutexLock lock(&mutex_);
  facts_.silent.insert(std::string(stage));
  SetTroubleLocked(absl::StrCat(stage, ": gives no credit for ", absl::FormatDuration(limit)),
                   absl::ZeroDuration());
}

void RelayMonitor::OnStageHeard(absl::string_view stage) {
  base::MutexLock lock(&mutex_);
  facts_.silent.erase(std::string(stage));
}

void RelayMonitor::OnPublishUp(bool resumed) {
  base::MutexLock lock(&mutex_);
  facts_.publish_up = true;
  if (!resumed) facts_.was_lost = facts_.was_online;
}

void RelayMonitor::OnFailed(absl::string_view why) {
  base::MutexLock lock(&mutex_);
  facts_.failed = std::string(why);
  facts_.last_error = facts_.failed;
}

void RelayMonitor::OnStopped() {
  base::MutexLock lock(&mutex_);
  facts_.stopped = true;
}

void RelayMonitor::OnUpdated(const Options& options) {
  base::MutexLock lock(&mutex_);
  options_ = options;
  facts_.failed.clear();
  facts_.last_error.clear();
  facts_.next_try = absl::InfinitePast();
  facts_.stopped = facts_.source_up = facts_.source_was_up = false;
  facts_.transcode_up = true;
  facts_.silent.erase("transcode");
  counts_.clear_attempt();
  counts_.clear_source_info();
  counts_.clear_encoder();
}

void RelayMonitor::OnPublishReplaced() {
  base::MutexLock lock(&mutex_);
  facts_.online = facts_.was_online = facts_.was_lost = facts_.fed = false;
  facts_.publish_up = true;
  facts_.silent.erase("publish");
  counts_.clear_rtsp_url();
}

void RelayMonitor::SetTroubleLocked(absl::string_view why, absl::Duration retry_in) {
  facts_.last_error = std::string(why);
  facts_.next_try = clock_.Wall() + retry_in;
}

bool RelayMonitor::ReadyLocked() const {
  return facts_.online && facts_.fed && facts_.publish_up && facts_.transcode_up &&
         facts_.silent.empty() && !facts_.stopped && facts_.failed.empty() && !SourceAwayLocked() &&
         !StalledLocked();
}

bool RelayMonitor::SourceAwayLocked() const { return options_.reads_source && !facts_.source_up; }

bool RelayMonitor::StalledLocked() const {
  const absl::Duration now = clock_.Monotonic();
  // Where nothing comes in, nothing need go out.
  if (options_.reads_source && now - facts_.last_frame_mono > options_.stall_after) return false;
  return facts_.fed && now - facts_.last_written_mono > options_.stall_after;
}

RelayState RelayMonitor::StateLocked() const {
  if (facts_.stopped) return relay::v1::RELAY_STATE_STOPPED;
  if (!facts_.failed.empty()) return relay::v1::RELAY_STATE_FAILED;
  if (!facts_.has_frame && options_.restored && !options_.reads_source) {
    return relay::v1::RELAY_STATE_STALE;
  }
  if (!facts_.was_online) return relay::v1::RELAY_STATE_STARTING;
  if (!facts_.online || !facts_.publish_up || !facts_.transcode_up || !facts_.silent.empty() ||
      SourceAwayLocked() || StalledLocked()) {
    return relay::v1::RELAY_STATE_RECOVERING;
  }
  const absl::Duration silence = clock_.Monotonic() - facts_.last_frame_mono;
  if (silence > options_.stale_after) return relay::v1::RELAY_STATE_STALE;
  return relay::v1::RELAY_STATE_RUNNING;
}

relay::v1::RelayStatus RelayMonitor::Status() const {
  base::MutexLock lock(&mutex_);
  relay::v1::RelayStatus status = counts_;
  status.mutable_drops();  // none dropped is said, too
  const absl::Duration now = clock_.Monotonic();
  status.set_state(StateLocked());
  status.set_ready(ReadyLocked());
  *status.mutable_uptime() = rpc::ToProto(now - started_);
  const bool unexplained = StalledLocked() && facts_.silent.empty();
  status.set_last_error(unexplained ? "stalled: no access unit was written lately"
                                    : facts_.last_error);
  if (facts_.next_try > clock_.Wall()) *status.mutable_next_try() = rpc::ToProto(facts_.next_try);
  status.set_fps_in(in_.PerSecond(now));
  status.set_fps_out(out_.PerSecond(now));
  if (facts_.has_frame) {
    *status.mutable_last_frame_time() = rpc::ToProto(facts_.last_frame);
    *status.mutable_latency() = rpc::ToProto(facts_.latency);
  }
  return status;
}

relay::v1::RelayState RelayMonitor::State() const {
  base::MutexLock lock(&mutex_);
  return StateLocked();
}

bool RelayMonitor::ready() const {
  base::MutexLock lock(&mutex_);
  return ReadyLocked();
}

}  // namespace relayfleet::ingest
