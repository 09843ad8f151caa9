// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_VERSION_H_
#define RELAYFLEET_LIBS_BASE_VERSION_H_

namespace relayfleet::base {

// Of all programs of this tree; the one place where it stands.
inline constexpr char kVersion[] = "0.1.0-dev";

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_VERSION_H_
