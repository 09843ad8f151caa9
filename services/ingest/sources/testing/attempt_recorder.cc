// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/testing/attempt_recorder.h"

#include <future>
#include <utility>

namespace relayfleet::ingest::testing {

void AttemptRecorder::OnStrand(std::function<void()> task) {
  std::promise<void> done;
  strand_->Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void AttemptRecorder::Open(Source& source) {
  Close();
  OnStrand([&] {
    {
      base::MutexLock lock(&mutex_);
      events_ = Events();
    }
    attempt_ = source.Open(NewHandler());
  });
}

void AttemptRecorder::Close() {
  OnStrand([&] { attempt_ = nullptr; });
}

SourceAttempt::Handler AttemptRecorder::NewHandler() {
  const auto note = [this](auto change) {
    base::MutexLock lock(&mutex_);
    change(events_);
    changed_.NotifyAll();
  };
  return {
      .on_info =
          [note](media::StreamInfo info) {
            note([&](Events& events) { events.infos.push_back(std::move(info)); });
          },
      .on_packet =
          [note](media::Packet packet) {
            note([&](Events& events) { events.packets.push_back(std::move(packet)); });
          },
      .on_lost = [note](uint64_t lost) { note([&](Events& events) { events.lost += lost; }); },
      .on_note =
          [note](std::string text) {
            note([&](Events& events) { events.notes.push_back(std::move(text)); });
          },
      .on_end =
          [note](absl::Status status) {
            note([&](Events& events) { events.end = std::move(status); });
          },
  };
}

bool AttemptRecorder::WaitFor(const std::function<bool(const Events&)>& condition,
                              absl::Duration timeout) {
  base::MutexLock lock(&mutex_);
  return changed_.WaitFor(&mutex_, timeout,
                          [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return condition(events_); });
}

absl::Status AttemptRecorder::WaitForEnd() {
  WaitFor([](const Events& events) { return events.end.has_value(); });
  return events().end.value_or(absl::UnknownError("did not end"));
}

Events AttemptRecorder::events() {
  base::MutexLock lock(&mutex_);
  return events_;
}

}  // namespace relayfleet::ingest::testing
