// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIAMTX_API_H_
#define RELAYFLEET_LIBS_MEDIAMTX_API_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::mediamtx {

// A path as MediaMTX sees it; both generations of its field names are read.
struct Path {
  std::string name;
  bool online = false;  // somebody publishes, and it can be read
  std::vector<std::string> codecs;
  int readers = 0;
  uint64_t inbound_bytes = 0;

  friend bool operator==(const Path&, const Path&) = default;
};

enum class SessionKind { kRtsp, kWebrtc };

// An RTSP or WebRTC session of a publisher or a reader.
struct Session {
  std::string id;
  std::string path;
  bool reading = false;  // media flows to it: RTSP at PLAY, WebRTC once the peers are connected

  friend bool operator==(const Session&, const Session&) = default;
};

// MediaMTX's control API, version 3. Calls never block; `done` is called once, later, on the
// executor of the implementation, and not at all once that is destroyed. Any thread.
//
// Failures: UNAVAILABLE (nobody answers), DEADLINE_EXCEEDED, NOT_FOUND, UNAUTHENTICATED,
// INVALID_ARGUMENT (refused, with MediaMTX's own words), INTERNAL (not MediaMTX's JSON).
class Api {
 public:
  template <typename T>
  using Done = absl::AnyInvocable<void(absl::StatusOr<T>)>;
  using DoneStatus = absl::AnyInvocable<void(absl::Status)>;

  virtual ~Api() = default;

  virtual void GetPath(absl::string_view path, Done<Path> done) = 0;
  // All of them, whatever the number of pages. Empty where MediaMTX has that protocol off.
  virtual void ListSessions(SessionKind kind, Done<std::vector<Session>> done) = 0;
  // Adds or replaces the configuration of a path; `json` is an object of path settings. What is
  // set so is lost when MediaMTX restarts.
  virtual void ReplacePathConfig(absl::string_view path, std::string json, DoneStatus done) = 0;
  virtual void DeletePathConfig(absl::string_view path, DoneStatus done) = 0;
  // Ends a session.
  virtual void Kick(SessionKind kind, absl::string_view id, DoneStatus done) = 0;
};

}  // namespace relayfleet::mediamtx

#endif  // RELAYFLEET_LIBS_MEDIAMTX_API_H_
