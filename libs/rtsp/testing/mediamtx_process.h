// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_MEDIAMTX_PROCESS_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_MEDIAMTX_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::rtsp::testing {

// The real MediaMTX that MEDIAMTX_BIN names, with nothing but RTSP over TCP on a free port of
// 127.0.0.1; user "user" with password "pass" may publish, anyone may read (except "closed/…",
// which only that user may). Killed at the end.
class MediamtxProcess {
 public:
  // Whether MEDIAMTX_BIN names a program; tests skip otherwise.
  static bool Available();

  // What else it serves.
  struct Server {
    bool udp = false;              // RTP over UDP too
    std::string certificate_file;  // PEM; not empty: RTSPS on a port of its own
    std::string key_file;
  };

  // Starts it and waits until it listens; fails the test after 10 s. `auth_methods`: what it
  // offers, such as "[basic]". `extra`: lines of the configuration of its paths, indented by 4.
  MediamtxProcess(absl::string_view auth_methods, absl::string_view extra)
      : MediamtxProcess(auth_methods, extra, Server()) {}
  MediamtxProcess(absl::string_view auth_methods, absl::string_view extra, const Server& server);
  ~MediamtxProcess();
  MediamtxProcess(const MediamtxProcess&) = delete;
  MediamtxProcess& operator=(const MediamtxProcess&) = delete;

  // "rtsp://<credentials>127.0.0.1:port/path"; credentials as "user:pass@".
  std::string Url(absl::string_view credentials, absl::string_view path) const;
  // Same, "rtsps://".
  std::string TlsUrl(absl::string_view path) const;

 private:
  uint16_t port_ = 0;
  uint16_t tls_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_MEDIAMTX_PROCESS_H_
