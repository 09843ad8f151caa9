// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_PATH_SESSION_H_
#define RELAYFLEET_SERVICES_PUBLISH_PATH_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/base/mutex.h"
#include "libs/flow/stages.h"
#include "services/publish/call.h"
#include "services/publish/credit_window.h"
#include "services/publish/key_requests.h"
#include "services/publish/observer.h"
#include "services/publish/outlet.h"
#include "services/publish/path_status.h"
#include "services/publish/progress.h"

namespace relayfleet::publish {

// One path on one media server: joins the call that owns it at present with its RTSP session.
//
//   Call (epoch 3) ──media──► Outlet ──► RTSP session
//                  ◄─Credit, WrittenThrough, NeedKey, Online, Lost─
//
// The RTSP session outlives its call for the call's linger time, so that the next owner resumes
// it; a call with an equal or higher epoch takes over at once, a lower one is refused. It ends by
// STOP, by the end of linger, or when the server closes it while nobody owns it.
//
// Public methods may be called from any thread; all work is done on the strand of the first call.
// Held by shared_ptr.
class PathSession final : public CallSink, public std::enable_shared_from_this<PathSession> {
  struct Private {};

 public:
  struct Options {
    CreditWindow::Options credits;
    Outlet::Options outlet;
    // Longest linger that a call may ask for.
    absl::Duration max_linger = absl::Seconds(60);
    // WrittenThrough and Credit go out at once, then at most so often.
    absl::Duration report_interval = absl::Milliseconds(10);
    // Between two NeedKey.
    absl::Duration key_interval = absl::Milliseconds(250);
    // After STOP, for packets that are on their way.
    absl::Duration stop_wait = absl::Milliseconds(250);
    // Longest time without key while readers can't be observed.
    absl::Duration periodic_key = absl::Seconds(1);
  };
  struct Setup {
    std::string instance;
    std::string path;
    MediaServer server;
    std::shared_ptr<base::Executor> strand;
    std::unique_ptr<RtspDialer> dialer;
    Options options;
    std::shared_ptr<Observer> observer;
    // It ended: forget it. On the strand, once.
    std::function<void(const PathSession*)> on_ended;
    // A call came too late for this session. On the strand.
    std::function<void(const std::shared_ptr<Call>&, flow::PublishOpen)> on_missed;
  };

  static std::shared_ptr<PathSession> Create(Setup setup);
  PathSession(Private, Setup setup);

  // A call wants to own it.
  void Adopt(std::shared_ptr<Call> call, flow::PublishOpen open);
  // A reader joined.
  void OnReader();
  // Whether readers joining will be told, and whether the control API answers.
  void SetObserved(bool readers, bool control_api);
  // The server came back.
  void RetryNow();
  // Tells the call to go elsewhere; ends when no call is there.
  void Drain();

  PathStatus status() const;

  // CallSink.
  void OnMedia(const std::shared_ptr<Call>& call, media::Message message) override;
  void OnClose(const std::shared_ptr<Call>& call, flow::PublishClose close) override;
  void OnBroken(const std::shared_ptr<Call>& call, absl::Status status) override;

 private:
  // The call that owns the path now.
  struct Owner {
    std::shared_ptr<Call> call;
    uint64_t tag = 0;
    absl::Duration linger;
    CreditWindow credits;
    Progress progress;
    bool has_format = false;
  };

  Outlet::Handler OutletHandler();
  // Runs `task` on the strand: at once when that is the call's own.
  template <typename Task>
  void Run(const Call& call, Task task);
  bool Owns(const Call* call) const { return owner_ && owner_->call.get() == call; }

  void DoAdopt(std::shared_ptr<Call> call, flow::PublishOpen open);
  void Supersede();
  void Welcome();
  void DoMedia(media::Message message);
  absl::Status OnInfo(const media::StreamInfo& info);
  absl::Status OnPacket(media::Packet packet);
  absl::Status OnGap(const media::Gap& gap);
  void DoClose(bool handover);
  void StopIn(absl::Duration wait);
  void Stop();
  // Ends the call.
  void Disown(const absl::Status& why);
  // Nobody owns the path now: waits for the next owner.
  void Linger(absl::Duration linger);
  void End();

  void OnSettled(uint64_t tag, const media::Packet& packet, std::optional<DropReason> dropped);
  void OnOnline();
  void OnLost(const flow::Lost& lost);
  void SendOnline();
  void SendNeedKey(flow::NeedKeyReason reason);
  void ReportSoon();
  void Report();
  void ArmPeriodicKey();
  template <typename Change>
  void UpdateStatus(Change change);

  const std::shared_ptr<base::Executor> strand_;
  const std::string instance_;
  const std::string path_;
  const MediaServer server_;
  const Options options_;
  const std::shared_ptr<Observer> observer_;
  const std::function<void(const PathSession*)> on_ended_;
  const std::function<void(const std::shared_ptr<Call>&, flow::PublishOpen)> on_missed_;

  uint64_t epoch_ = 0;
  uint64_t last_tag_ = 0;
  std::optional<Owner> owner_;
  std::optional<flow::Lost> lost_;  // while offline after a loss
  bool ended_ = false;
  bool draining_ = false;
  bool stopping_ = false;  // the owner said STOP, and packets are on their way
  bool readers_observed_ = false;
  bool control_api_ = false;
  KeyRequests key_requests_;
  base::Timer periodic_key_;
  base::Timer linger_;
  base::Timer stop_;
  base::Timer report_;
  bool report_pending_ = false;
  absl::Duration last_report_ = -absl::InfiniteDuration();
  Outlet outlet_;

  mutable base::Mutex mutex_;
  PathStatus status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_PATH_SESSION_H_
