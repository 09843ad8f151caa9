// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_SYSTEMD_NOTIFIER_H_
#define RELAYFLEET_LIBS_TELEMETRY_SYSTEMD_NOTIFIER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"

namespace relayfleet::telemetry {

// Tells systemd how a service is, by the protocol of sd_notify(3): ready, alive, stopping. "Alive"
// comes from the strand that does the service's work, so a process that is stuck is killed and
// started again. Without systemd (no socket) nothing is sent. Thread-safe.
class SystemdNotifier {
 public:
  struct Options {
    std::string socket;       // NOTIFY_SOCKET: a path, or "@" and an abstract name; empty: none
    absl::Duration watchdog;  // WATCHDOG_USEC; zero: none
  };

  // What systemd put into WATCHDOG_USEC and NOTIFY_SOCKET; null: not set. INVALID_ARGUMENT: no
  // number, or a socket name that can't be one.
  static absl::StatusOr<Options> ParseOptions(const char* socket, const char* watchdog_usec);

  // INTERNAL: no socket can be made.
  static absl::StatusOr<std::unique_ptr<SystemdNotifier>> Create(
      Options options, std::shared_ptr<base::Executor> strand);
  ~SystemdNotifier();

  // It serves; from now on the watchdog is fed, twice in its time. `status`: for `systemctl
  // status`.
  void Ready(absl::string_view status);
  // It ends in order.
  void Stopping();

 private:
  class Impl;
  explicit SystemdNotifier(std::shared_ptr<Impl> impl);

  const std::shared_ptr<Impl> impl_;
};

}  // namespace relayfleet::telemetry

#endif  // RELAYFLEET_LIBS_TELEMETRY_SYSTEMD_NOTIFIER_H_
