// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_DEMUXER_H_
#define RELAYFLEET_LIBS_AV_DEMUXER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/av/byte_source.h"
#include "libs/media/stream.h"

namespace relayfleet::av {

// Takes a recording or a stream apart through libav: its best video and the audio that belongs to
// it, H.264 and H.265 as Annex B. What it opens is said beforehand: bytes given to it, or a URL of
// the protocols named; nothing in a file or playlist makes it open anything else by itself.
// Blocking: each call has its deadline and ends soon once `stop` is set. One thread at a time.
class Demuxer {
 public:
  struct Options {
    // What libav opens; with `bytes` only the name that playlists are relative to.
    std::string url;
    // For errors: without credentials.
    std::string name;
    // Read in place of `url`.
    std::unique_ptr<ByteSource> bytes;
    // Opens what a playlist names. Empty: nothing is.
    std::function<absl::StatusOr<std::unique_ptr<ByteSource>>(const std::string& url)> open_part;
    // Of `url` and below, e.g. "rtmp,tcp".
    std::string protocols;
    // A stream: is looked at for a shorter time, and trouble is UNAVAILABLE.
    bool live = false;
    std::shared_ptr<const std::atomic<bool>> stop;
    absl::Duration open_deadline = absl::Seconds(10);
    absl::Duration read_deadline = absl::Seconds(10);
  };

  // What Next returns. Of the packet: track, pts, dts, key, payload.
  struct Item {
    media::Packet packet;
    int64_t duration = 0;  // ticks; 0: not said
  };

  // INVALID_ARGUMENT: not what libav knows, or without video; NOT_FOUND, PERMISSION_DENIED,
  // UNAUTHENTICATED, UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED (stopped), or the byte source's.
  static absl::StatusOr<std::unique_ptr<Demuxer>> Open(Options options);
  ~Demuxer();

  // The video first.
  const std::vector<media::Track>& tracks() const;

  // The next packet in the container's order, all on one time line in ticks of their tracks.
  // OUT_OF_RANGE at the end.
  absl::StatusOr<Item> Next();

  // Begins again at the first packet.
  absl::Status Rewind();

 private:
  struct State;
  explicit Demuxer(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_DEMUXER_H_
