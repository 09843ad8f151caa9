// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STATE_MEMORY_STORE_H_
#define RELAYFLEET_LIBS_STATE_MEMORY_STORE_H_

#include <memory>

#include "libs/state/store.h"

namespace relayfleet::state {

// A store that forgets all when it goes: for tests and for fleets without a state folder.
std::unique_ptr<Store> NewMemoryStore();

}  // namespace relayfleet::state

#endif  // RELAYFLEET_LIBS_STATE_MEMORY_STORE_H_
