// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_STAGE_H_
#define RELAYFLEET_SERVICES_PUBLISH_STAGE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/flow/stages.h"
#include "services/publish/call.h"
#include "services/publish/media_server.h"
#include "services/publish/observer.h"
#include "services/publish/path_session.h"
#include "services/publish/path_status.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish {

// The publish service without its network: takes calls, finds or makes the PathSession of each.
//
//   Attach(pipe) ─► Call ──Open──► check path, server, policy ─► PathSession (path, server)
//
// A call's strand becomes that of the session it makes, so that packets need no second hop.
// Thread-safe. Held by shared_ptr; Drain() before the last one goes.
class PublishStageImpl final : public flow::PublishStage,
                               public std::enable_shared_from_this<PublishStageImpl> {
 public:
  // Keeps watching a media server's readers until it is destroyed; may be destroyed anywhere.
  using Watch = std::shared_ptr<void>;
  struct WatchHandler {
    std::function<void(absl::string_view path)> on_reader;
    std::function<void(bool reachable)> on_reachable;
  };

  struct Options {
    std::string instance;  // names this process in Opened
    MediaServer default_server;
    // The default server tells of its readers by itself: OnReader() is called.
    bool notified = false;
    // Makes a strand and what dials on it (rtsp_dialer.h).
    std::function<Line()> new_line;
    // Begins to watch a server when its first path opens; must not call the handler at once. Empty:
    // none is watched.
    std::function<Watch(const MediaServer&, WatchHandler)> watch;
    // Whether a caller may name this server. Empty: any. Not asked for the default one.
    std::function<absl::Status(const MediaServer&)> allow;
    PathSession::Options session;
    // For the first message of a call.
    absl::Duration open_timeout = absl::Seconds(5);
    // Paths at once; one more is RESOURCE_EXHAUSTED.
    size_t max_paths = 2000;
    std::shared_ptr<Observer> observer = std::make_shared<Observer>();
  };

  explicit PublishStageImpl(Options options);
  ~PublishStageImpl() override;

  void Attach(std::unique_ptr<flow::PublishPipe> pipe) override;

  // A reader joined `path` on the default server.
  void OnReader(absl::string_view path);
  // The default server came back: tries again at once where a session is missing.
  void OnServerUp();

  // From now on refuses calls, tells those that run, and ends each RTSP session as its call ends;
  // `done` is called once, anywhere, when none is left.
  void Drain(absl::AnyInvocable<void()> done);

  // NOT_FOUND when nobody publishes it.
  absl::StatusOr<PathStatus> GetPath(absl::string_view path) const;
  // By path, then server.
  std::vector<PathStatus> ListPaths() const;

 private:
  using Key = std::pair<std::string, std::string>;  // path, server
  struct Server {
    bool notified = false;
    bool reachable = false;
    int paths = 0;
    Watch watch;
  };

  void OnOpen(const std::shared_ptr<Call>& call, flow::PublishOpen open);
  void OnFailed(const std::shared_ptr<Call>& call, const absl::Status& why);
  void Forget(const std::shared_ptr<Call>& call);
  absl::StatusOr<MediaServer> ServerOf(const flow::PublishOpen& open) const;
  absl::StatusOr<std::shared_ptr<PathSession>> SessionOf(Call* call, const flow::PublishOpen& open);
  std::shared_ptr<PathSession> NewSession(Call* call, const Key& key, const MediaServer& server)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Server& AddServer(const MediaServer& server) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnSessionEnded(const Key& key, const PathSession* session);
  WatchHandler Watching(const std::string& server);
  void OnSeenReader(const std::string& server, absl::string_view path);
  void OnServerReader(const std::string& server, absl::string_view path);
  void OnServerReachable(const std::string& server, bool reachable);
  // Of one server; of all if empty.
  std::vector<std::shared_ptr<PathSession>> Sessions(const std::string& server) const;
  void FinishDrain();

  const Options options_;
  mutable base::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  absl::AnyInvocable<void()> drained_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::shared_ptr<Call>> opening_ ABSL_GUARDED_BY(mutex_);
  std::map<Key, std::shared_ptr<PathSession>> sessions_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Server> servers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_STAGE_H_
