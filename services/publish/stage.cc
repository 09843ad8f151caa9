// SPDX-License-Identifier: Apache-2.0

#include "services/publish/stage.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/key.h"

namespace relayfleet::publish {
namespace {

// "localhost" and 127.0.0.1 are one server.
std::string Identity(const MediaServer& server) {
  const std::string host = server.url.host() == "localhost" ? "127.0.0.1" : server.url.host();
  return absl::StrCat(host, " ", server.url.port_or(kDefaultRtspPort));
}

}  // namespace

PublishStageImpl::PublishStageImpl(Options options) : options_(std::move(options)) {}

PublishStageImpl::~PublishStageImpl() = default;

void PublishStageImpl::Attach(std::unique_ptr<flow::PublishPipe> pipe) {
  Call::Handler handler;
  handler.on_open = [weak = weak_from_this()](const std::shared_ptr<Call>& call,
                                              flow::PublishOpen open) {
    if (auto self = weak.lock()) self->OnOpen(call, std::move(open));
  };
  handler.on_failed = [weak = weak_from_this()](const std::shared_ptr<Call>& call,
                                                const absl::Status& why) {
    if (auto self = weak.lock()) self->OnFailed(call, why);
  };
  base::MutexLock lock(&mutex_);
  if (draining_) return pipe->Close(base::NotServing());
  opening_.insert(
      Call::Start(std::move(pipe), options_.new_line(), options_.open_timeout, std::move(handler)));
}

void PublishStageImpl::OnFailed(const std::shared_ptr<Call>& call, const absl::Status& why) {
  options_.observer->OnRefused(why);
  Forget(call);
}

void PublishStageImpl::Forget(const std::shared_ptr<Call>& call) {
  {
    base::MutexLock lock(&mutex_);
    opening_.erase(call);
  }
  FinishDrain();
}

void PublishStageImpl::OnOpen(const std::shared_ptr<Call>& call, flow::PublishOpen open) {
  // It came back from a session that had ended, and broke on the way.
  if (call->over()) return Forget(call);
  auto session = SessionOf(call.get(), open);
  if (session.ok()) {
    call->Bind(*session);
    (*session)->Adopt(call, std::move(open));
  } else {
    options_.observer->OnRefused(session.status());
    call->Close(session.status());
  }
  Forget(call);
}

absl::StatusOr<MediaServer> PublishStageImpl::ServerOf(const flow::PublishOpen& open) const {
  if (!open.mediamtx_url.has_value()) return options_.default_server;
  auto server = MediaServerAt(*open.mediamtx_url);
  if (!server.ok()) return server.status();
  if (Identity(*server) == Identity(options_.default_server)) return options_.default_server;
  if (options_.allow) {
    if (auto allowed = options_.allow(*server); !allowed.ok()) return allowed;
  }
  return server;
}

absl::StatusOr<std::shared_ptr<PathSession>> PublishStageImpl::SessionOf(
    Call* call, const flow::PublishOpen& open) {
  if (auto valid = base::ValidateKey(open.path); !valid.ok()) return valid;
  auto server = ServerOf(open);
  if (!server.ok()) return server.status();
  const Key key = {open.path, server->Name()};
  base::MutexLock lock(&mutex_);
  if (draining_) return base::NotServing();
  if (const auto it = sessions_.find(key); it != sessions_.end()) return it->second;
  if (sessions_.size() >= options_.max_paths) {
    return absl::ResourceExhaustedError("as many paths as can be are published");
  }
  auto session = NewSession(call, key, *server);
  sessions_.emplace(key, session);
  return session;
}

std::shared_ptr<PathSession> PublishStageImpl::NewSession(Call* call, const Key& key,
                                                          const MediaServer& server) {
  auto session = PathSession::Create(
      {.instance = options_.instance,
       .path = key.first,
       .server = server,
       .strand = call->strand(),
       .dialer = call->TakeDialer(),
       .options = options_.session,
       .observer = options_.observer,
       .on_ended =
           [weak = weak_from_this(), key](const PathSession* ended) {
             if (auto self = weak.lock()) self->OnSessionEnded(key, ended);
           },
       .on_missed =
           [weak = weak_from_this()](const std::shared_ptr<Call>& late, flow::PublishOpen open) {
             late->strand()->Post([weak, late, open = std::move(open)]() mutable {
               if (auto self = weak.lock()) self->OnOpen(late, std::move(open));
             });
           }});
  const Server& known = AddServer(server);
  session->SetObserved(known.notified || known.reachable, known.reachable);
  return session;
}

const PublishStageImpl::Server& PublishStageImpl::AddServer(const MediaServer& server) {
  const std::string name = server.Name();
  const auto [it, is_new] = servers_.try_emplace(name);
  ++it->second.paths;
  if (!is_new) return it->second;
  it->second.notified = options_.notified && name == options_.default_server.Name();
  if (options_.watch) it->second.watch = options_.watch(server, Watching(name));
  return it->second;
}

PublishStageImpl::WatchHandler PublishStageImpl::Watching(const std::string& server) {
  return {.on_reader =
              [weak = weak_from_this(), server](absl::string_view path) {
                if (auto self = weak.lock()) self->OnSeenReader(server, path);
              },
          .on_reachable =
              [weak = weak_from_this(), server](bool reachable) {
                if (auto self = weak.lock()) self->OnServerReachable(server, reachable);
              }};
}

void PublishStageImpl::OnSessionEnded(const Key& key, const PathSession* ended) {
  std::shared_ptr<PathSession> session;  // both are destroyed after the lock
  Watch watch;
  {
    base::MutexLock lock(&mutex_);
    const auto it = sessions_.find(key);
    if (it == sessions_.end() || it->second.get() != ended) return;
    session = std::move(it->second);
    sessions_.erase(it);
    const auto server = servers_.find(key.second);
    if (--server->second.paths == 0) {
      watch = std::move(server->second.watch);
      servers_.erase(server);
    }
  }
  FinishDrain();
}

// --- media servers -------------------------------------------------------------------------------

void PublishStageImpl::OnReader(absl::string_view path) {
  OnServerReader(options_.default_server.Name(), path);
}

// The notifier is faster: what is seen of its server later is no news.
void PublishStageImpl::OnSeenReader(const std::string& server, absl::string_view path) {
  if (options_.notified && server == options_.default_server.Name()) return;
  OnServerReader(server, path);
}

void PublishStageImpl::OnServerReader(const std::string& server, absl::string_view path) {
  std::shared_ptr<PathSession> session;
  {
    base::MutexLock lock(&mutex_);
    const auto it = sessions_.find({std::string(path), server});
    if (it == sessions_.end()) return;
    session = it->second;
  }
  session->OnReader();
}

void PublishStageImpl::OnServerReachable(const std::string& server, bool reachable) {
  bool notified = false;
  {
    base::MutexLock lock(&mutex_);
    const auto it = servers_.find(server);
    if (it == servers_.end()) return;
    it->second.reachable = reachable;
    notified = it->second.notified;
  }
  for (const auto& session : Sessions(server)) {
    session->SetObserved(notified || reachable, reachable);
  }
}

void PublishStageImpl::OnServerUp() {
  for (const auto& session : Sessions(options_.default_server.Name())) session->RetryNow();
}

std::vector<std::shared_ptr<PathSession>> PublishStageImpl::Sessions(
    const std::string& server) const {
  std::vector<std::shared_ptr<PathSession>> found;
  base::MutexLock lock(&mutex_);
  for (const auto& [key, session] : sessions_) {
    if (server.empty() || key.second == server) found.push_back(session);
  }
  return found;
}

// --- all of it -----------------------------------------------------------------------------------

void PublishStageImpl::Drain(absl::AnyInvocable<void()> done) {
  absl::flat_hash_set<std::shared_ptr<Call>> opening;
  {
    base::MutexLock lock(&mutex_);
    draining_ = true;
    drained_ = std::move(done);
    opening = std::move(opening_);
    opening_.clear();
  }
  for (const auto& call : opening) call->Close(base::NotServing());
  for (const auto& session : Sessions("")) session->Drain();
  FinishDrain();
}

void PublishStageImpl::FinishDrain() {
  absl::AnyInvocable<void()> done;
  {
    base::MutexLock lock(&mutex_);
    if (!draining_ || !sessions_.empty() || !opening_.empty()) return;
    done = std::exchange(drained_, nullptr);
  }
  if (done) done();
}

absl::StatusOr<PathStatus> PublishStageImpl::GetPath(absl::string_view path) const {
  base::MutexLock lock(&mutex_);
  const auto it = sessions_.lower_bound({std::string(path), ""});
  if (it == sessions_.end() || it->first.first != path) {
    return absl::NotFoundError(absl::StrCat("nobody publishes ", base::Quoted(path)));
  }
  return it->second->status();
}

std::vector<PathStatus> PublishStageImpl::ListPaths() const {
  std::vector<PathStatus> paths;
  base::MutexLock lock(&mutex_);
  paths.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) paths.push_back(session->status());
  return paths;
}

}  // namespace relayfleet::publish
