// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_STATE_FOLDER_H_
#define RELAYFLEET_LIBS_STATE_STATE_FOLDER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::state {

// A folder that this process alone uses, for as long as this lives: a lock on its file "lock",
// which the kernel drops however the process ends. Movable.
class StateFolder {
 public:
  // Makes the folder when missing (for this user only: specs hold passwords) and locks it.
  // StateUnwritable, or StateInUse with the holder's process id.
  static absl::StatusOr<StateFolder> Open(absl::string_view dir);

  StateFolder(StateFolder&& other) noexcept
      : dir_(std::move(other.dir_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}
  StateFolder& operator=(StateFolder&&) = delete;
  ~StateFolder();

  // Path of a file in it, which is made, empty and for this user only, when missing.
  absl::StatusOr<std::string> File(absl::string_view name) const;

 private:
  StateFolder(std::string dir, int lock_fd) : dir_(std::move(dir)), lock_fd_(lock_fd) {}

  std::string dir_;
  int lock_fd_;
};

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_STATE_FOLDER_H_
