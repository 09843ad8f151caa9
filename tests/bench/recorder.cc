// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/recorder.h"

#include <utility>

#include "absl/time/clock.h"
#include "libs/base/clock.h"

namespace relayfleet::bench {

Recorder::Recorder(base::ThreadRuntime& runtime, const std::string& url)
    : strand_(runtime.NewAsioStrand()) {
  rtsp::Reader::Handler handler;
  handler.on_playing = [](const std::vector<media::Track>&) {};
  handler.on_access_unit = [state = state_](rtsp::Reader::AccessUnit unit) {
    base::MutexLock lock(&state->mutex);
    state->received.push_back({.pts = unit.pts, .at = unit.received_mono});
    if (unit.key && state->first_key == absl::InfiniteDuration()) {
      state->first_key = unit.received_mono;
      state->changed.NotifyAll();
    }
  };
  handler.on_closed = [state = state_](const absl::Status&) {
    base::MutexLock lock(&state->mutex);
    state->ended = true;
    state->changed.NotifyAll();
  };
  // A reader is made, used and let go on its strand.
  strand_->Post([state = state_, strand = strand_, url = *base::SecretUrl::Parse(url),
                 handler = std::move(handler)]() mutable {
    state->reader =
        rtsp::Reader::Start(strand, {.url = std::move(url), .audio = false}, std::move(handler));
  });
}

Recorder::~Recorder() {
  strand_->Post([state = state_] {
    state->reader->Close();
    state->reader = nullptr;
  });
}

bool Recorder::WaitForKey(absl::Duration at_most) {
  base::MutexLock lock(&state_->mutex);
  state_->changed.WaitFor(&state_->mutex, at_most, [this] {
    return state_->ended || state_->first_key != absl::InfiniteDuration();
  });
  return state_->first_key != absl::InfiniteDuration();
}

absl::Duration Recorder::first_key() const {
  base::MutexLock lock(&state_->mutex);
  return state_->first_key;
}

std::vector<Received> Recorder::received() const {
  base::MutexLock lock(&state_->mutex);
  return state_->received;
}

bool Recorder::ended() const {
  base::MutexLock lock(&state_->mutex);
  return state_->ended;
}

absl::Duration FirstPicture(base::ThreadRuntime& runtime, const std::string& url,
                            absl::Duration at_most) {
  const base::SystemClock clock;
  const absl::Duration until = clock.Monotonic() + at_most;
  while (clock.Monotonic() < until) {
    Recorder recorder(runtime, url);
    if (recorder.WaitForKey(until - clock.Monotonic())) return recorder.first_key();
    absl::SleepFor(absl::Milliseconds(5));  // not published yet: ask again soon
  }
  return absl::InfiniteDuration();
}

}  // namespace relayfleet::bench
