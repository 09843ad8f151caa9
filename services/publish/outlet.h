// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_OUTLET_H_
#define RELAYFLEET_SERVICES_PUBLISH_OUTLET_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/executor.h"
#include "libs/media/stream.h"
#include "services/publish/link.h"
#include "services/publish/observer.h"
#include "services/publish/track_set.h"

namespace relayfleet::publish {

// Brings the packets of one path into its RTSP sessions, so that readers can always decode.
//
//   Push ─► old? ─► decodable? ─► queue ─► Link ─► on_written
//             └────────┴───────────┴─────► on_dropped (with the reason)
//
// A packet passes if its dts is later than all of its track that left before, and, of video, if it
// is a key or follows without a hole what passed before. Audio waits for no key. While a session is
// being begun, or the socket is full, packets wait a little: a stream's first picture shall not be
// lost to the handshake. Who waited too long goes, and then all that depend on it. Every packet
// ends in exactly one of on_written and on_dropped. The queue is bounded by who pushes (credits).
// Lives on one strand.
class Outlet {
 public:
  struct Options {
    // A packet's longest wait for session or socket.
    absl::Duration hold = absl::Milliseconds(250);
    Link::Options link;
  };
  struct Handler {
    // `tag` as given to Push.
    absl::AnyInvocable<void(uint64_t tag, const media::Packet&)> on_written;
    absl::AnyInvocable<void(uint64_t tag, const media::Packet&, DropReason)> on_dropped;
    // Nothing can be written until a key comes.
    absl::AnyInvocable<void(flow::NeedKeyReason)> on_need_key;
    // A key was handed to the socket.
    absl::AnyInvocable<void()> on_key;
    absl::AnyInvocable<void()> on_online;
    absl::AnyInvocable<void(const flow::Lost&)> on_lost;
  };

  Outlet(std::shared_ptr<base::Executor> strand, std::unique_ptr<RtspDialer> dialer,
         MediaServer server, std::string path, Options options, Handler handler);

  // The format of what follows, as TrackSet takes it, else INVALID_ARGUMENT. Publishing begins
  // once the parameter sets are known, from here or from a key. Other tracks or codecs than before
  // end the session and begin another; other parameter sets go in band.
  absl::Status SetFormat(const media::StreamInfo& info);
  // Another stream begins: what waits is dropped, and a key must come first. It may be one that
  // left already; then what follows it passes where it is new.
  void BeginStream();
  void Push(media::Packet packet, uint64_t tag);
  // Packets before the next one are missing.
  void MarkGap() { need_key_ = true; }
  // No more packets come: drops what waits, ends the session.
  void Stop();
  void RetryNow() { link_.RetryNow(); }

  bool online() const { return link_.online(); }
  bool started() const { return started_; }
  int queued() const { return static_cast<int>(queue_.size()); }
  // Nothing waits, and nothing is on its way.
  bool idle() const { return queue_.empty() && in_flight_.empty(); }
  const TrackSet& tracks() const { return tracks_; }

 private:
  struct Entry {
    media::Packet packet;
    uint64_t tag = 0;
    absl::Duration since;    // monotonic
    bool after_gap = false;  // a packet before it was dropped
  };

  std::optional<DropReason> Refusal(const media::Packet& packet);
  std::optional<DropReason> VideoRefusal(const media::Packet& packet);
  std::optional<int64_t> NewestDts(uint32_t track);
  void Begin();
  // The session can't carry the tracks any more.
  void Abandon();
  void Pump();
  void OnOnline();
  void OnWritten(uint64_t seq);
  void OnLost(const flow::Lost& lost);
  void DropQueue(DropReason reason);
  void DropInFlight();
  // Drops what waited too long, and what can't be decoded without it.
  void DropStale();
  void ArmHold();
  void Drop(const Entry& entry, DropReason reason);

  const std::shared_ptr<base::Executor> strand_;
  const Options options_;
  Handler handler_;
  TrackSet tracks_;
  bool started_ = false;
  bool redial_ = false;  // the session is of other tracks
  // Of video:
  bool need_key_ = true;
  bool session_has_key_ = false;  // one went into the present RTSP session
  uint64_t next_seq_ = 1;         // of what goes to the link: the calls' numbers may repeat
  std::deque<Entry> queue_;       // waits; begins with a key, or follows what left
  std::deque<Entry> in_flight_;   // with the link; packet.seq is ours
  base::Timer hold_timer_;
  Link link_;
};

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_OUTLET_H_
