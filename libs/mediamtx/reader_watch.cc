// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/reader_watch.h"

#include <utility>

namespace relayfleet::mediamtx {

std::shared_ptr<ReaderWatch> ReaderWatch::Start(std::shared_ptr<base::Executor> executor,
                                                std::unique_ptr<Api> api, Options options,
                                                Handler handler) {
  auto watch = std::make_shared<ReaderWatch>(Private(), std::move(executor), std::move(api),
                                             options, std::move(handler));
  watch->AskAfter(absl::ZeroDuration());
  return watch;
}

ReaderWatch::ReaderWatch(Private, std::shared_ptr<base::Executor> executor,
                         std::unique_ptr<Api> api, Options options, Handler handler)
    : executor_(std::move(executor)),
      options_(options),
      handler_(std::move(handler)),
      api_(std::move(api)) {}

void ReaderWatch::AskAfter(absl::Duration delay) {
  timer_ = executor_->After(delay, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Ask(SessionKind::kRtsp);
  });
}

void ReaderWatch::Ask(SessionKind kind) {
  api_->ListSessions(
      kind, [weak = weak_from_this(), kind](absl::StatusOr<std::vector<Session>> sessions) {
        if (auto self = weak.lock()) self->OnSessions(kind, std::move(sessions));
      });
}

void ReaderWatch::OnSessions(SessionKind kind, absl::StatusOr<std::vector<Session>> sessions) {
  if (!sessions.ok()) {
    round_.clear();
    SetReachable(false);
    return AskAfter(options_.probe_interval);
  }
  for (Session& session : *sessions) round_.push_back(std::move(session));
  kind == SessionKind::kRtsp ? Ask(SessionKind::kWebrtc) : FinishRound();
}

void ReaderWatch::FinishRound() {
  const std::vector<Session> round = std::exchange(round_, {});
  AskAfter(round.size() > options_.many ? options_.slow_interval : options_.interval);
  SetReachable(true);
  const auto before = std::exchange(readers_, {});
  for (const Session& session : round) {
    if (!session.reading) continue;
    readers_.insert(session.id);
    if (!before.contains(session.id)) handler_.on_reader(session.path);
  }
}

void ReaderWatch::SetReachable(bool reachable) {
  const Reachable now = reachable ? Reachable::kYes : Reachable::kNo;
  if (std::exchange(reachable_, now) != now) handler_.on_reachable(reachable);
}

}  // namespace relayfleet::mediamtx
