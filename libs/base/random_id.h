// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_RANDOM_ID_H_
#define RELAYFLEET_LIBS_BASE_RANDOM_ID_H_

#include <string>

namespace relayfleet::base {

// A random name in lower-case hex for a session, a boot or a request, from the system's generator:
// unguessable. `bytes`: 1 to 32; 8 (16 digits) never meets itself in practice. Thread-safe.
std::string RandomId(int bytes = 8);

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_RANDOM_ID_H_
