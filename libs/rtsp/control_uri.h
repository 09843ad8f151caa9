// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_CONTROL_URI_H_
#define RELAYFLEET_LIBS_RTSP_CONTROL_URI_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::rtsp {

// The URI that a=control names (RFC 2326, C.1.1): `base` itself when `control` is empty or "*",
// else an absolute one, or one relative to `base`. INVALID_ARGUMENT: characters no URI has, which
// would break out of the request line. Requests only name it; nothing is dialled by it.
absl::StatusOr<std::string> ControlUri(absl::string_view base, absl::string_view control);

// What relative controls are relative to: the Content-Base (or, without one, Content-Location) of
// a DESCRIBE answer, itself perhaps only a path, else what was asked for. It may name another host,
// as cameras behind a NAT do: that is what such a server knows itself by.
std::string BaseUri(absl::string_view request_uri, absl::string_view content_base,
                    absl::string_view content_location);

// Whether it begins with rtsp:// or rtsps://.
bool IsRtspUri(absl::string_view uri);

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_CONTROL_URI_H_
