// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_SIGNALS_H_
#define RELAYFLEET_LIBS_BASE_SIGNALS_H_

#include <optional>

#include "absl/time/time.h"

// Orderly ends: SIGTERM and SIGINT are waited for by main, not handled in a handler, where next to
// nothing is allowed.
namespace relayfleet::base {

// Blocks SIGTERM and SIGINT for this thread and those it starts, and ignores SIGPIPE (a peer that
// went away is an error of write(), not the end of the process). First thing in main.
void BlockSignals();

// Waits for SIGTERM or SIGINT after BlockSignals(); returns its number.
int WaitForSignal();
// As WaitForSignal, at most for `timeout`.
std::optional<int> WaitForSignal(absl::Duration timeout);

// Undoes BlockSignals in a child process, between fork and exec: the mask is inherited, and a
// program that does not know could not be ended by SIGTERM. Async-signal-safe.
void UnblockSignalsInChild();

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_SIGNALS_H_
