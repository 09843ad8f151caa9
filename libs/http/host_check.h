// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_HTTP_HOST_CHECK_H_
#define RELAYFLEET_LIBS_HTTP_HOST_CHECK_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::http {

// Whether a Host header names a loopback listener on `listen` ("127.0.0.1", "localhost", …), with
// any port. A web page that had its name resolve to 127.0.0.1 shows itself by its own name here.
bool NamesLoopback(absl::string_view host_header, absl::string_view listen);

}  // namespace relayfleet::http

#endif  // RELAYFLEET_LIBS_HTTP_HOST_CHECK_H_
