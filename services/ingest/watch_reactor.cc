// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/watch_reactor.h"

#include <iterator>
#include <utility>

#include "libs/base/errors.h"
#include "libs/rpc/status.h"

namespace relayfleet::ingest {

WatchReactor* WatchReactor::Start(const relay::v1::WatchRelaysRequest& request,
                                  RelayManager& manager, std::shared_ptr<base::Executor> strand) {
  std::shared_ptr<WatchReactor> reactor(new WatchReactor(request, manager, std::move(strand)));
  reactor->self_ = reactor;
  reactor->Post(&WatchReactor::Look);
  return reactor.get();
}

void WatchReactor::Post(void (WatchReactor::*task)()) {
  strand_->Post([self = shared_from_this(), task] { (self.get()->*task)(); });
}

void WatchReactor::OnDone() { self_ = nullptr; }

void WatchReactor::OnCancel() { Post(&WatchReactor::Cancelled); }

void WatchReactor::OnWriteDone(bool ok) {
  strand_->Post([self = shared_from_this(), ok] {
    self->writing_ = false;
    if (!ok) self->gone_ = true;
    self->Continue();
  });
}

void WatchReactor::Cancelled() {
  gone_ = true;
  if (!writing_) Continue();
}

std::vector<relay::v1::Relay> WatchReactor::Watched() const {
  if (request_.key().empty()) return manager_.List(request_.origin());
  auto relay = manager_.Get(request_.key());
  const bool fits =
      relay.ok() && (request_.origin().empty() || relay->spec().origin() == request_.origin());
  if (!fits) return {};
  return {*std::move(relay)};
}

void WatchReactor::Look() {
  if (finished_) return;
  if (manager_.draining()) return End(base::NotServing());
  std::vector<relay::v1::WatchRelaysResponse> news =
      changes_.Next(Watched(), strand_->clock().Monotonic());
  std::move(news.begin(), news.end(), std::back_inserter(news_));
  Continue();
}

void WatchReactor::Continue() {
  if (finished_ || writing_) return;
  if (gone_) return End(absl::CancelledError("the caller went away"));
  if (news_.empty()) {
    look_ = strand_->After(kLook, [self = weak_from_this()] {
      if (const auto reactor = self.lock()) reactor->Look();
    });
    return;
  }
  writing_ = true;
  on_its_way_ = std::move(news_.front());
  news_.pop_front();
  StartWrite(&on_its_way_);
}

void WatchReactor::End(const absl::Status& status) {
  finished_ = true;
  look_.Cancel();
  Finish(rpc::ToGrpc(status));
}

}  // namespace relayfleet::ingest
