// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/systemd_notifier.h"

#include <sys/un.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"
#include "libs/base/mutex.h"

namespace relayfleet::telemetry {
namespace {

using Datagrams = boost::asio::local::datagram_protocol;

// A name in the file system or, after "@", an abstract one (unix(7)).
Datagrams::endpoint EndpointOf(std::string name) {
  if (name[0] == '@') name[0] = '\0';
  return Datagrams::endpoint(name);
}

}  // namespace

class SystemdNotifier::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Options options, std::shared_ptr<base::Executor> strand)
      : options_(std::move(options)), strand_(std::move(strand)), socket_(io_) {}

  boost::system::error_code Open() {
    const base::MutexLock lock(&mutex_);
    boost::system::error_code error;
    socket_.open(Datagrams(), error);
    if (!error) socket_.non_blocking(true, error);
    return error;
  }

  // What systemd can't take is lost: nothing of the service depends on it.
  void Send(const std::string& state) {
    if (options_.socket.empty()) return;
    boost::system::error_code ignored;
    const base::MutexLock lock(&mutex_);
    socket_.send_to(boost::asio::buffer(state), EndpointOf(options_.socket), 0, ignored);
  }

  void FeedWatchdog() {
    if (options_.socket.empty() || options_.watchdog <= absl::ZeroDuration()) return;
    Send("WATCHDOG=1");
    timer_ = strand_->After(options_.watchdog / 2, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->FeedWatchdog();
    });
  }

  base::Executor& strand() { return *strand_; }

 private:
  const Options options_;
  const std::shared_ptr<base::Executor> strand_;
  boost::asio::io_context io_;  // runs nothing
  base::Mutex mutex_;
  Datagrams::socket socket_ ABSL_GUARDED_BY(mutex_);
  base::Timer timer_;  // on the strand
};

absl::StatusOr<SystemdNotifier::Options> SystemdNotifier::ParseOptions(const char* socket,
                                                                       const char* watchdog_usec) {
  Options options{.socket = socket == nullptr ? "" : socket};
  const std::string& name = options.socket;
  if (!name.empty() && name[0] != '/' && name[0] != '@') {
    return base::BadSetting("NOTIFY_SOCKET", "is no path and no abstract name");
  }
  if (name.size() >= sizeof(sockaddr_un::sun_path)) {
    return base::BadSetting("NOTIFY_SOCKET", "is too long");
  }
  int64_t microseconds = 0;
  if (watchdog_usec != nullptr &&
      (!absl::SimpleAtoi(watchdog_usec, &microseconds) || microseconds < 0)) {
    return base::BadSetting("WATCHDOG_USEC", "is no number of microseconds");
  }
  options.watchdog = absl::Microseconds(microseconds);
  return options;
}

absl::StatusOr<std::unique_ptr<SystemdNotifier>> SystemdNotifier::Create(
    Options options, std::shared_ptr<base::Executor> strand) {
  auto impl = std::make_shared<Impl>(std::move(options), std::move(strand));
  if (const auto error = impl->Open()) {
    return absl::InternalError(absl::StrCat("can't make a socket for systemd: ", error.message()));
  }
  return std::unique_ptr<SystemdNotifier>(new SystemdNotifier(std::move(impl)));
}

SystemdNotifier::SystemdNotifier(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
SystemdNotifier::~SystemdNotifier() = default;

void SystemdNotifier::Ready(absl::string_view status) {
  impl_->Send(absl::StrCat("READY=1\nSTATUS=", status));
  impl_->strand().Post([impl = impl_] { impl->FeedWatchdog(); });
}

void SystemdNotifier::Stopping() { impl_->Send("STOPPING=1"); }

}  // namespace relayfleet::telemetry
