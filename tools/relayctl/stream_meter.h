// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_STREAM_METER_H_
#define RELAYFLEET_TOOLS_RELAYCTL_STREAM_METER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/media/stream.h"

namespace relayfleet::relayctl {

// What was seen of a stream while it was read.
struct StreamFacts {
  media::Track video;  // parameter sets from the description, else from the first key picture
  std::optional<media::Track> audio;
  bool sets_described = false;  // the description brought parameter sets
  int pictures = 0;
  int keys = 0;
  int keys_without_sets = 0;  // key pictures without parameter sets before them
  bool reorders = false;      // pictures came in another order than they are shown
  double fps = 0;             // 0: too few pictures
  double kbps = 0;
  absl::Duration seen;                      // from the first picture to the last
  std::optional<absl::Duration> first_key;  // how long a reader waited for it
  absl::Duration longest_gap;               // between two arrivals
  std::optional<absl::Duration> longest_gop;
  int longest_gop_pictures = 0;
  // Of a picture when it was read, by the sender's clock; nullopt: no sender report.
  std::optional<absl::Duration> age_p50;
  std::optional<absl::Duration> age_max;
};

// Takes the pictures of a stream one after the other and measures. Not thread-safe.
class StreamMeter {
 public:
  // One access unit of the video.
  struct Picture {
    absl::string_view bytes;
    int64_t pts = 0;  // ticks of the track's clock
    bool key = false;
    absl::Duration arrived;                         // monotonic
    absl::Time wall = absl::InfinitePast();         // same, time of day
    absl::Time sender_wall = absl::InfinitePast();  // when it was sent, by the sender
  };

  // `tracks`: as the source describes them. `begun`: when it was asked to play.
  StreamMeter(const std::vector<media::Track>& tracks, absl::Duration begun);

  void Add(const Picture& picture);

  StreamFacts facts() const;

 private:
  void AddKey(const Picture& picture);

  StreamFacts facts_;
  const absl::Duration begun_;
  uint64_t bytes_ = 0;
  absl::Duration first_arrived_, last_arrived_;
  int64_t first_pts_ = 0, last_pts_ = 0, highest_pts_ = 0;
  int64_t key_pts_ = 0;      // of the newest key picture
  int pictures_at_key_ = 0;  // before it
  std::vector<absl::Duration> ages_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_STREAM_METER_H_
