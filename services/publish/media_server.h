// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_MEDIA_SERVER_H_
#define RELAYFLEET_SERVICES_PUBLISH_MEDIA_SERVER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/base/secret_url.h"

namespace relayfleet::publish {

// MediaMTX's own default, not RTSP's 554.
inline constexpr uint16_t kDefaultRtspPort = 8554;

// A media server to publish to. A plain value.
struct MediaServer {
  // rtsp, with port, without path.
  base::SecretUrl url = *base::SecretUrl::Parse("rtsp://127.0.0.1:8554");
  // Named by the operator, not by a caller: the URL policy does not apply.
  bool own = false;

  // "rtsp://host:port", without credentials: what identifies it.
  std::string Name() const;
  // Where readers find `path`, without credentials.
  std::string ReaderUrl(absl::string_view path) const;

  friend bool operator==(const MediaServer&, const MediaServer&) = default;
};

// `url` with its port, as a media server. INVALID_ARGUMENT if it is not rtsp or has a path.
absl::StatusOr<MediaServer> MediaServerAt(const base::SecretUrl& url);

// Reads "rtsp://[user:password@]host[:port]" or "host[:port]". INVALID_ARGUMENT for anything else;
// the message never repeats the text.
absl::StatusOr<MediaServer> ParseMediaServer(absl::string_view text);

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_MEDIA_SERVER_H_
