// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_READER_WATCH_H_
#define RELAYFLEET_LIBS_MEDIAMTX_READER_WATCH_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/mediamtx/api.h"

namespace relayfleet::mediamtx {

// Finds new readers of a MediaMTX that does not tell us, by asking its control API in turns:
//
//   RTSP sessions ──► WebRTC sessions ──► report who is new ──► pause ──► again
//
// Only sessions that media flows to count: path details show readers too early. Runs on the
// executor, which must be the one that `api` answers on. Held by shared_ptr; destruction on that
// executor means that no call follows.
class ReaderWatch : public std::enable_shared_from_this<ReaderWatch> {
  struct Private {};

 public:
  struct Options {
    absl::Duration interval = absl::Milliseconds(250);
    // Used instead while there are more sessions than `many`.
    absl::Duration slow_interval = absl::Seconds(1);
    size_t many = 200;
    // Between questions while the API does not answer.
    absl::Duration probe_interval = absl::Seconds(3);
  };
  struct Handler {
    // A path got a reader that was not there before.
    std::function<void(absl::string_view path)> on_reader;
    // The API answers now, or no longer; the first result is always reported.
    std::function<void(bool reachable)> on_reachable;
  };

  static std::shared_ptr<ReaderWatch> Start(std::shared_ptr<base::Executor> executor,
                                            std::unique_ptr<Api> api, Options options,
                                            Handler handler);
  ReaderWatch(Private, std::shared_ptr<base::Executor> executor, std::unique_ptr<Api> api,
              Options options, Handler handler);

 private:
  enum class Reachable { kUnknown, kYes, kNo };

  void Ask(SessionKind kind);
  void OnSessions(SessionKind kind, absl::StatusOr<std::vector<Session>> sessions);
  void FinishRound();
  void SetReachable(bool reachable);
  void AskAfter(absl::Duration delay);

  const std::shared_ptr<base::Executor> executor_;
  const Options options_;
  Handler handler_;
  Reachable reachable_ = Reachable::kUnknown;
  std::vector<Session> round_;                // sessions of this round
  absl::flat_hash_set<std::string> readers_;  // ids of the round before
  base::Timer timer_;
  std::unique_ptr<Api> api_;  // last: no answer comes while the rest is torn down
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_READER_WATCH_H_
