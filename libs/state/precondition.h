// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_PRECONDITION_H_
#define RELAYFLEET_LIBS_STATE_PRECONDITION_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace relayfleet::state {

// Whether a Put with `expected` may go on, where the record has revision `actual` (nullopt: there
// is none). The rules of Store::Put.
absl::Status CheckPut(absl::string_view key, std::optional<uint64_t> expected,
                      std::optional<uint64_t> actual);

// The same for Store::Delete.
absl::Status CheckDelete(absl::string_view key, std::optional<uint64_t> expected,
                         std::optional<uint64_t> actual);

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_PRECONDITION_H_
