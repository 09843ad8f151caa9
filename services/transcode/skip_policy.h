// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_SKIP_POLICY_H_
#define RELAYFLEET_SERVICES_TRANSCODE_SKIP_POLICY_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "libs/media/stream.h"

namespace relayfleet::transcode {

// Whether no other picture of the stream needs that one: an H.264 or H.265 access unit's first
// slice says so.
bool IsNonReference(media::Codec codec, absl::string_view access_unit);

// Decides when decoding may leave out what no other picture needs: the wanted rate is at most half
// of what comes, and what is left still reaches it. Measured over a few dozen packets at a time.
// Used on one executor.
class SkipPolicy {
 public:
  static constexpr int kWindow = 32;

  // `output_fps`: pictures per second that are wanted; 0: all.
  explicit SkipPolicy(double output_fps) : output_fps_(output_fps) {}

  // The next packet, in order of decoding. `dts`: 90 kHz.
  void OnPacket(bool non_reference, int64_t dts);

  bool skipping() const { return skipping_; }

 private:
  const double output_fps_;
  int packets_ = 0;
  int references_ = 0;
  int64_t begin_ = 0;
  bool skipping_ = false;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_SKIP_POLICY_H_
