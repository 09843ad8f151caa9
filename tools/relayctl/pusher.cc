// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/pusher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/backoff.h"

namespace relayfleet::relayctl {
namespace {

// Whether another attempt could fare better.
bool IsPassing(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

Pusher::Pusher(Options options, Stub& stub, FrameSource& source, const base::Clock& clock,
               Interrupt& interrupt, PushStats& stats, Tell tell)
    : options_(std::move(options)),
      stub_(stub),
      source_(source),
      clock_(clock),
      interrupt_(interrupt),
      stats_(stats),
      tell_(std::move(tell)),
      next_due_(clock.Monotonic()) {}

absl::Status Pusher::Run() {
  base::Backoff backoff({.initial = absl::Milliseconds(250), .max = absl::Seconds(2)});
  const absl::Duration begin = clock_.Monotonic();
  for (;;) {
    const absl::Duration session_begin = clock_.Monotonic();
    const absl::Status status = RunSession();
    if (interrupt_.requested() || (over_ && status.ok())) return absl::OkStatus();
    if (!IsPassing(status)) return status;
    if (!ever_answered_ && clock_.Monotonic() - begin > options_.give_up_after) return status;
    if (over_) return absl::OkStatus();  // only answers were lost, and they are counted
    if (!std::exchange(away_, true)) {
      tell_(absl::StrCat("the server is away (", status.message(), "), trying again"));
    }
    if (interrupt_.WaitFor(backoff.Next(clock_.Monotonic() - session_begin))) {
      return absl::OkStatus();
    }
    stats_.Reconnected();
  }
}

absl::Status Pusher::RunSession() {
  if (options_.create.has_value()) {
    if (absl::Status status = Create(); !status.ok()) return status;
  }
  PushSession session(stub_, clock_, stats_, options_.key, options_.ack);
  absl::Status trouble;
  Step step = Step::kGoOn;
  while (step == Step::kGoOn) {
    step = PushOne(session, trouble);
    if (!session.ever_answered()) continue;
    ever_answered_ = true;
    if (std::exchange(away_, false)) tell_("connected again");
  }
  if (step == Step::kDone) over_ = true;
  const absl::Status ended =
      session.Close(step == Step::kDone ? options_.drain : absl::ZeroDuration());
  ever_answered_ = ever_answered_ || session.ever_answered();
  if (!trouble.ok()) return trouble;
  // A server that ends the stream without saying why is going away.
  if (step == Step::kBroken && ended.ok()) return absl::UnavailableError("it ended the stream");
  return ended;
}

absl::Status Pusher::Create() {
  relay::v1::CreateRelayResponse response;
  const absl::Status status = Call(stub_, &Stub::CreateRelay, *options_.create, &response);
  // There with another spec is there.
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

Pusher::Step Pusher::PushOne(PushSession& session, absl::Status& status) {
  if (options_.count != 0 && sent_ == options_.count) return Step::kDone;
  if (!pending_.has_value()) {
    if (const Step step = Fetch(status); step != Step::kGoOn) return step;
  }
  // In slices, so that an interrupt is seen.
  while (!session.WaitForRoom(options_.max_in_flight, absl::Milliseconds(100))) {
    if (interrupt_.requested()) return Step::kDone;
    if (session.broken()) return Step::kBroken;
    if (session.silence() > options_.answer_within) {
      status = absl::UnavailableError("it does not answer");
      return Step::kBroken;
    }
  }
  session.Send(std::move(pending_->jpeg));
  pending_.reset();
  ++sent_;
  return Step::kGoOn;
}

Pusher::Step Pusher::Fetch(absl::Status& status) {
  // Drawn as late as can be, so that a clock in the picture is right.
  if (options_.fps > 0 && !WaitUntil(next_due_)) return Step::kDone;
  absl::StatusOr<Picture> picture = source_.Next();
  if (!picture.ok()) {
    if (!absl::IsOutOfRange(picture.status())) status = picture.status();
    return Step::kDone;
  }
  const absl::Duration now = clock_.Monotonic();
  if (options_.fps > 0) {
    const absl::Duration interval = absl::Seconds(1) / options_.fps;
    // What was missed while the server was away is not made up for.
    next_due_ = std::max(next_due_ + interval, now - interval);
  } else if (picture->due.has_value()) {
    if (!first_due_.has_value() || *first_due_ + *picture->due < now) {
      first_due_ = now - *picture->due;
    }
    if (!WaitUntil(*first_due_ + *picture->due)) return Step::kDone;
  }
  pending_ = *std::move(picture);
  return Step::kGoOn;
}

bool Pusher::WaitUntil(absl::Duration when) {
  return !interrupt_.WaitFor(std::max(when - clock_.Monotonic(), absl::ZeroDuration()));
}

}  // namespace relayfleet::relayctl
