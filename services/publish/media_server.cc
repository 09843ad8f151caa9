// SPDX-License-Identifier: Apache-2.0

#include "services/publish/media_server.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/base/errors.h"

namespace relayfleet::publish {

std::string MediaServer::Name() const {
  return absl::StrCat("rtsp://", url.HostPort(kDefaultRtspPort));
}

std::string MediaServer::ReaderUrl(absl::string_view path) const {
  return absl::StrCat(Name(), "/", path);
}

absl::StatusOr<MediaServer> ParseMediaServer(absl::string_view text) {
  const bool has_scheme = absl::StrContains(text, "://");
  const std::string full = has_scheme ? std::string(text) : absl::StrCat("rtsp://", text);
  auto url = base::SecretUrl::Parse(full);
  if (!url.ok()) return url.status();
  if (url->scheme() != "rtsp") return base::InvalidUrl("a media server is an rtsp URL");
  if (!url->query().empty() || (!url->path().empty() && url->path() != "/")) {
    return base::InvalidUrl("a media server's URL has no path");
  }
  if (!url->port().has_value()) {
    url = base::SecretUrl::Parse(absl::StrCat(absl::StripSuffix(full, "/"), ":", kDefaultRtspPort));
    if (!url.ok()) return url.status();
  }
  return MediaServer{.url = std::move(*url)};
}

}  // namespace relayfleet::publish
