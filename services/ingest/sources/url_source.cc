// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/url_source.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/av/demuxer.h"
#include "libs/storage/object_reader.h"
#include "services/ingest/sources/demux_attempt.h"
#include "services/ingest/sources/object_bytes.h"

namespace relayfleet::ingest {
namespace {

using Stop = DemuxAttempt::Stop;
using Bytes = absl::StatusOr<std::unique_ptr<av::ByteSource>>;
using Opened = absl::StatusOr<std::unique_ptr<av::Demuxer>>;

bool IsHttp(const base::SecretUrl& url) {
  return url.scheme() == "http" || url.scheme() == "https";
}

// What libav may open for a scheme; empty: nothing.
std::string ProtocolsOf(const std::string& scheme) {
  if (scheme == "srt") return "srt";
  if (scheme == "rtmp") return "rtmp,tcp";
  if (scheme == "rtmps") return "rtmps,rtmp,tls,tcp";
  if (scheme == "rtsp") return "rtsp,rtp,udp,tcp";
  if (scheme == "rtsps") return "rtsps,rtsp,rtp,udp,tls,tcp";
  return "";
}

// The first address of `host` that may be dialled.
absl::StatusOr<std::string> Resolve(const std::string& host, const base::UrlPolicy& policy) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot resolve the host name: ", gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, &freeaddrinfo);
  absl::Status refused = absl::UnavailableError("the host name has no address");
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text = {};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    refused = policy.CheckAddress(absl::string_view(text.data()));
    if (refused.ok()) return std::string(text.data());
  }
  return refused;
}

// The URL with credentials, at `address` in place of its host name.
std::string UrlAt(const base::SecretUrl& url, const std::string& address) {
  const std::string text = url.Reveal();
  const size_t begin = url.scheme().size() + 3;
  const size_t end = std::min(text.find_first_of("/?", begin), text.size());
  const std::string authority = text.substr(begin, end - begin);
  const size_t at = authority.rfind('@');
  const std::string userinfo = at == std::string::npos ? "" : authority.substr(0, at + 1);
  const bool v6 = absl::StrContains(address, ':');
  return absl::StrCat(url.scheme(), "://", userinfo, v6 ? "[" : "", address, v6 ? "]" : "",
                      url.port().has_value() ? absl::StrCat(":", *url.port()) : "",
                      text.substr(end));
}

Bytes OpenHttp(const std::string& text, const base::UrlPolicy& policy, const Stop& stop) {
  const absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(text);
  if (!url.ok()) return absl::FailedPreconditionError("the playlist names what is no URL");
  if (!IsHttp(*url)) return absl::PermissionDeniedError("the playlist names other than HTTP");
  if (absl::Status allowed = policy.CheckUrl(*url); !allowed.ok()) return allowed;
  storage::HttpRules rules;
  rules.url_check = [policy](const base::SecretUrl& next) { return policy.CheckUrl(next); };
  rules.address_check = [policy](absl::string_view ip) { return policy.CheckAddress(ip); };
  rules.stop = stop;
  absl::StatusOr<std::unique_ptr<storage::ObjectReader>> reader =
      storage::ObjectReader::Open({.url = *url, .rules = std::move(rules)});
  if (!reader.ok()) return reader.status();
  return std::make_unique<ObjectBytes>(*std::move(reader));
}

absl::Status Named(const UrlSource::Options& options, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(options.url.ToString(), ": ", status.message()));
}

Opened OpenHttpDemuxer(const UrlSource::Options& options, const Stop& stop) {
  Bytes bytes = OpenHttp(options.url.Reveal(), options.policy, stop);
  if (!bytes.ok()) return Named(options, bytes.status());
  return av::Demuxer::Open(
      {.url = options.url.Reveal(),
       .name = options.url.ToString(),
       .bytes = *std::move(bytes),
       .open_part = [policy = options.policy,
                     stop](const std::string& url) { return OpenHttp(url, policy, stop); },
       .live = true,
       .stop = stop});
}

Opened OpenDemuxer(const UrlSource::Options& options, const Stop& stop) {
  if (absl::Status allowed = options.policy.CheckUrl(options.url); !allowed.ok()) {
    return Named(options, allowed);
  }
  if (IsHttp(options.url)) return OpenHttpDemuxer(options, stop);
  const std::string protocols = ProtocolsOf(options.url.scheme());
  if (protocols.empty()) {
    return Named(options, absl::InvalidArgumentError("a scheme that is not read"));
  }
  const absl::StatusOr<std::string> address = Resolve(options.url.host(), options.policy);
  if (!address.ok()) return Named(options, address.status());
  return av::Demuxer::Open({.url = UrlAt(options.url, *address),
                            .name = options.url.ToString(),
                            .protocols = protocols,
                            .live = true,
                            .stop = stop});
}

}  // namespace

std::unique_ptr<SourceAttempt> UrlSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<DemuxAttempt>(
      strand_, threads_,
      DemuxAttempt::Options{
          .open = [options = options_](const Stop& stop) { return OpenDemuxer(options, stop); },
          // Segments of HLS come faster than they play.
          .paced = IsHttp(options_.url),
          .at_end = absl::UnavailableError("the stream ended")},
      std::move(handler));
}

}  // namespace relayfleet::ingest
