// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_supervisor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {

SourceSupervisor::SourceSupervisor(std::shared_ptr<base::Executor> strand,
                                   std::unique_ptr<Source> source, Options options,
                                   SourceRetry retry, Handler handler)
    : strand_(std::move(strand)),
      source_(std::move(source)),
      options_(options),
      retry_(std::move(retry)),
      handler_(std::move(handler)) {}

void SourceSupervisor::Stop() {
  retry_timer_.Cancel();
  EndAttempt();
}

void SourceSupervisor::AskKey() {
  if (attempt_ != nullptr) attempt_->AskKey();
}

SourceAttempt::Handler SourceSupervisor::AttemptHandler() {
  const uint64_t serial = ++serial_;
  // What an attempt says after its end, until it is destroyed, is not heard.
  const auto if_current = [this, serial](auto call) {
    return [this, serial, call = std::move(call)](auto... argument) mutable {
      if (serial == serial_) call(std::move(argument)...);
    };
  };
  return {
      .on_info = if_current([this](media::StreamInfo info) { handler_.on_info(std::move(info)); }),
      .on_packet = if_current([this](media::Packet packet) { OnPacket(std::move(packet)); }),
      .on_lost = if_current([this](uint64_t packets) { handler_.on_lost(packets); }),
      .on_note = if_current([this](std::string note) { handler_.on_note(std::move(note)); }),
      .on_end = if_current([this](const absl::Status& why) { OnEnd(why); })};
}

void SourceSupervisor::Open() {
  up_since_.reset();
  last_packet_ = Now();
  handler_.on_attempt(++attempts_);
  attempt_ = source_->Open(AttemptHandler());
  if (!source_->passive()) Watch(std::max(options_.stall_after, options_.open_within));
}

void SourceSupervisor::OnPacket(media::Packet packet) {
  last_packet_ = Now();
  if (!up_since_.has_value()) {
    up_since_ = last_packet_;
    attempts_ = 0;
    if (!source_->passive()) Watch(options_.stall_after);
    handler_.on_up();
  }
  handler_.on_packet(std::move(packet));
}

void SourceSupervisor::Watch(absl::Duration limit) {
  watch_ = strand_->After(limit, [this] { OnWatch(); });
}

// One timer, set anew when it fires: packets only leave their time.
void SourceSupervisor::OnWatch() {
  const absl::Duration silence = Now() - last_packet_;
  const bool up = up_since_.has_value();
  if (up && silence < options_.stall_after) return Watch(options_.stall_after - silence);
  OnEnd(absl::DeadlineExceededError(absl::StrCat(
      "no packet for ", absl::FormatDuration(absl::Trunc(silence, absl::Milliseconds(1))))));
}

void SourceSupervisor::OnEnd(const absl::Status& why) {
  EndAttempt();
  if (why.ok()) return handler_.on_finished();
  const absl::Duration up =
      up_since_.has_value() ? last_packet_ - *up_since_ : absl::ZeroDuration();
  const absl::Duration retry_in = retry_.Next(why, up, Now());
  if (retry_in != absl::InfiniteDuration()) {
    retry_timer_ = strand_->After(retry_in, [this] { Open(); });
  }
  handler_.on_down(why, retry_in);
}

void SourceSupervisor::EndAttempt() {
  ++serial_;
  watch_.Cancel();
  if (attempt_ == nullptr) return;
  ended_ = std::move(attempt_);
  reap_ = strand_->After(absl::ZeroDuration(), [this] { ended_.reset(); });
}

}  // namespace relayfleet::ingest
