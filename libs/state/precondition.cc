// SPDX-License-Identifier: Apache-2.0

#include "libs/state/precondition.h"

#include "absl/strings/str_cat.h"
#include "libs/base/errors.h"

namespace relayfleet::state {

absl::Status CheckPut(absl::string_view key, std::optional<uint64_t> expected,
                      std::optional<uint64_t> actual) {
  if (!expected.has_value()) return absl::OkStatus();
  if (*expected != 0) return CheckDelete(key, expected, actual);
  if (!actual.has_value()) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(base::Quoted(key), " exists"));
}

absl::Status CheckDelete(absl::string_view key, std::optional<uint64_t> expected,
                         std::optional<uint64_t> actual) {
  if (!actual.has_value()) return base::RelayNotFound(key);
  if (!expected.has_value() || *expected == *actual) return absl::OkStatus();
  return base::RevisionMismatch(key, *expected, *actual);
}

}  // namespace relayfleet::state
