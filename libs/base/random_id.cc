// SPDX-License-Identifier: Apache-2.0

#include "libs/base/random_id.h"

#include <sys/random.h>

#include <algorithm>

#include "absl/strings/escaping.h"

namespace relayfleet::base {

std::string RandomId(int bytes) {
  std::string raw(std::clamp(bytes, 1, 32), '\0');
  // Up to 256 bytes come whole, uninterrupted, once the system's generator is seeded; before that
  // (EINTR at early boot) again.
  while (getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) {
  }
  return absl::BytesToHexString(raw);
}

}  // namespace relayfleet::base
