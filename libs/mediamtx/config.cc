// SPDX-License-Identifier: Apache-2.0

#include "libs/mediamtx/config.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <cstdio>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/base/errors.h"

namespace relayfleet::mediamtx {
namespace {

// A YAML string in double quotes; `text` holds no control characters.
std::string YamlQuoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// A word of a command line, as MediaMTX splits it (POSIX shell quoting).
std::string ShellQuoted(absl::string_view word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

// MediaMTX replaces $NAME in each word, with no way to write a plain '$'.
absl::Status CheckNotifier(absl::string_view notifier) {
  for (const char c : notifier) {
    if (c == '$' || absl::ascii_iscntrl(c)) {
      return base::InvalidField("notifier", "its path may not hold '$' or control characters");
    }
  }
  return absl::OkStatus();
}

// Writes "host:port" values and protocols that are on or off.
class Writer {
 public:
  explicit Writer(const boost::asio::ip::address& listen) : listen_(listen) {}

  void Line(absl::string_view key, absl::string_view value) {
    absl::StrAppend(&text_, key, ": ", value, "\n");
  }
  void Address(absl::string_view key, uint16_t port) {
    Line(key, YamlQuoted(HostPort(listen_, port)));
  }
  void Loopback(absl::string_view key, uint16_t port) {
    Line(key, YamlQuoted(absl::StrCat("127.0.0.1:", port)));
  }
  std::string Take() { return std::move(text_); }

 private:
  static std::string HostPort(const boost::asio::ip::address& address, uint16_t port) {
    // Without a host Go listens on all interfaces, IPv4 and IPv6.
    if (address.is_unspecified()) return absl::StrCat(":", port);
    const std::string host = address.to_string();
    return address.is_v6() ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
  }

  const boost::asio::ip::address listen_;
  std::string text_;
};

void WriteWebrtc(const ConfigOptions& options, const boost::asio::ip::address& listen,
                 Writer* out) {
  if (options.webrtc_port == 0 || options.webrtc_media_port == 0) return out->Line("webrtc", "no");
  out->Line("webrtc", "yes");
  out->Address("webrtcAddress", options.webrtc_port);
  out->Address("webrtcLocalUDPAddress", options.webrtc_media_port);
  out->Address("webrtcLocalTCPAddress", options.webrtc_media_port);
  // Candidates are the machine's addresses, or exactly the one that is listened on.
  out->Line("webrtcIPsFromInterfaces", listen.is_unspecified() ? "yes" : "no");
  if (!listen.is_unspecified()) {
    out->Line("webrtcAdditionalHosts", absl::StrCat("[", YamlQuoted(listen.to_string()), "]"));
  }
}

void WritePaths(const ConfigOptions& options, Writer* out) {
  out->Line("paths", "");
  out->Line("  all_others", "");
  out->Line("    useAbsoluteTimestamp", "yes");
  if (options.notifier.empty()) return;
  const std::string command = absl::StrCat(ShellQuoted(options.notifier), " ", options.notify_port);
  out->Line("    runOnRead", YamlQuoted(command));
}

}  // namespace

absl::StatusOr<std::string> MakeConfig(const ConfigOptions& options) {
  boost::system::error_code error;
  const auto listen = boost::asio::ip::make_address(options.listen, error);
  if (error) return base::InvalidField("listen", "not an IP address");
  if (auto checked = CheckNotifier(options.notifier); !checked.ok()) return checked;
  Writer out(listen);
  out.Line("api", "yes");
  out.Loopback("apiAddress", options.api_port);
  out.Line("metrics", "yes");
  out.Loopback("metricsAddress", options.metrics_port);
  out.Line("rtsp", "yes");
  out.Address("rtspAddress", options.rtsp_port);
  if (options.rtp_port == 0) {
    out.Line("rtspTransports", "[tcp]");
  } else {
    out.Line("rtspTransports", "[udp, tcp]");
    out.Address("rtpAddress", options.rtp_port);
    out.Address("rtcpAddress", options.rtp_port + 1);
  }
  out.Line("hls", options.hls_port == 0 ? "no" : "yes");
  if (options.hls_port != 0) out.Address("hlsAddress", options.hls_port);
  WriteWebrtc(options, listen, &out);
  for (const char* other : {"rtmp", "srt", "moq"}) out.Line(other, "no");
  WritePaths(options, &out);
  return out.Take();
}

absl::Status WriteConfig(absl::string_view config, const std::string& file) {
  const std::string part = file + ".new";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("writing ", part));
  const auto closer = absl::MakeCleanup([fd] { close(fd); });
  while (!config.empty()) {
    const ssize_t written = write(fd, config.data(), config.size());
    if (written < 0) return absl::ErrnoToStatus(errno, absl::StrCat("writing ", part));
    config.remove_prefix(written);
  }
  if (rename(part.c_str(), file.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("renaming to ", file));
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::mediamtx
