// SPDX-License-Identifier: Apache-2.0

#include "libs/base/signals.h"

#include <pthread.h>
#include <signal.h>

#include <cerrno>

namespace relayfleet::base {
namespace {

sigset_t EndSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void BlockSignals() {
  const sigset_t set = EndSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int WaitForSignal() {
  const sigset_t set = EndSignals();
  int number = 0;
  sigwait(&set, &number);
  return number;
}

std::optional<int> WaitForSignal(absl::Duration timeout) {
  const sigset_t set = EndSignals();
  const timespec limit = absl::ToTimespec(timeout);
  int number = 0;
  do {
    number = sigtimedwait(&set, nullptr, &limit);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return std::nullopt;
  return number;
}

void UnblockSignalsInChild() {
  const sigset_t set = EndSignals();
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace relayfleet::base
