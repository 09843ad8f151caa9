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

absl::StatusOr<MediaServer> MediaServerAt(const base::SecretUrl& url) {
  if (url.scheme() != "rtsp") return base::InvalidUrl("a media server is an rtsp URL");
  if (!url.query().empty() || (!url.path().empty() && url.path() != "/")) {
    return base::InvalidUrl("a media server's URL has no path");
  }
  if (url.port().has_value()) return MediaServer{.url = url};
  const std::string without_port = url.Reveal();
  auto full = base::SecretUrl::Parse(
      absl::StrCat(absl::StripSuffix(without_port, "/"), ":", kDefaultRtspPort));
  if (!full.ok()) return full.status();
  return MediaServer{.url = *std::move(full)};
}

absl::StatusOr<MediaServer> ParseMediaServer(absl::string_view text) {
  const bool has_scheme = absl::StrContains(text, "://");
  const auto url =
      base::SecretUrl::Parse(has_scheme ? std::string(text) : absl::StrCat("rtsp://", text));
  if (!url.ok()) return url.status();
  return MediaServerAt(*url);
}

}  // namespace relayfleet::publish
