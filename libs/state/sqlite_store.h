// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_SQLITE_STORE_H_
#define RELAYFLEET_LIBS_STATE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/state/store.h"

namespace relayfleet::state {

struct SqliteStoreOptions {
  // Folder for state.db and its lock; made when missing, one per process.
  std::string dir;
};

// Opens the store in a folder. Errors say what to do: StateUnwritable, StateInUse (a second
// process), StateCorrupt (never replaced: what it held would be gone), StateTooNew.
//
// Durable by WAL and synchronous=FULL: a write that was answered survives SIGKILL and power loss.
// A file lock keeps other processes out; it ends with the process, however it ends.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteStoreOptions& options);

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_SQLITE_STORE_H_
