// SPDX-License-Identifier: Apache-2.0

#include "services/publish/link.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace relayfleet::publish {
namespace {

base::Backoff MakeBackoff(const Link::Options& options) {
  const base::Backoff::Options backoff = {.initial = options.first_pause,
                                          .max = options.max_pause,
                                          .reset_after = options.takeover_window};
  if (options.jitter) return base::Backoff(backoff, options.jitter);
  return base::Backoff(backoff);
}

bool IsRefusal(const absl::Status& status) {
  return absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status);
}

}  // namespace

Link::Link(std::shared_ptr<base::Executor> strand, std::unique_ptr<RtspDialer> dialer,
           MediaServer server, std::string path, Options options, Handler handler)
    : strand_(std::move(strand)),
      dialer_(std::move(dialer)),
      server_(std::move(server)),
      path_(std::move(path)),
      options_(std::move(options)),
      handler_(std::move(handler)),
      backoff_(MakeBackoff(options_)) {}

void Link::SetTracks(const std::vector<media::Track>& tracks) {
  tracks_ = tracks;
  if (state_ == State::kIdle) Dial();
}

bool Link::Redial() {
  if (state_ != State::kConnecting && state_ != State::kOnline) return false;
  attempt_->Close();
  Discard();
  Dial();
  return true;
}

void Link::RetryNow() {
  losses_.clear();
  backoff_.Reset();
  if (state_ == State::kWaiting) Dial();
}

void Link::Stop() {
  state_ = State::kStopped;
  retry_.Cancel();
  if (attempt_ == nullptr) return;
  attempt_->Close();
  Discard();
}

// Not at once: its handler may be what called us.
void Link::Discard() {
  strand_->Post([attempt = std::move(attempt_)] {});
}

void Link::Dial() {
  state_ = State::kConnecting;
  retry_.Cancel();
  // Once closed, an attempt calls no more; and we are stopped before we end.
  attempt_ = dialer_->Dial(server_, path_, tracks_,
                           {.on_recording = [this] { OnRecording(); },
                            .on_written = [this](uint64_t seq) { handler_.on_written(seq); },
                            .on_ready = [this] { handler_.on_ready(); },
                            .on_closed = [this](absl::Status status) { OnClosed(status); }});
}

void Link::OnRecording() {
  state_ = State::kOnline;
  online_since_ = strand_->clock().Monotonic();
  handler_.on_online();
}

void Link::OnClosed(const absl::Status& status) {
  const bool was_online = online();
  const absl::Duration lived =
      was_online ? strand_->clock().Monotonic() - online_since_ : absl::ZeroDuration();
  const bool taken = PathTaken(status, was_online);
  const absl::Duration pause = Pause(status, taken, lived);
  state_ = State::kWaiting;
  Discard();
  retry_ = strand_->After(pause, [this] { Dial(); });
  handler_.on_lost(
      {.reason = std::string(status.message()), .retry_in = pause, .path_taken = taken});
}

// A server that is down refuses the next connection; one that gave the path to somebody else takes
// us at once, and then closes again.
bool Link::PathTaken(const absl::Status& status, bool was_online) {
  if (!was_online || !absl::IsUnavailable(status)) {
    losses_.clear();
    return false;
  }
  const absl::Duration now = strand_->clock().Monotonic();
  losses_.push_back(now);
  while (now - losses_.front() > options_.takeover_window) losses_.pop_front();
  if (losses_.size() < 2) return false;
  losses_.clear();
  return true;
}

absl::Duration Link::Pause(const absl::Status& status, bool taken, absl::Duration lived) {
  if (taken) return options_.takeover_pause;
  if (IsRefusal(status)) return options_.refused_pause;
  return std::max(backoff_.Next(lived), options_.min_pause);
}

}  // namespace relayfleet::publish
