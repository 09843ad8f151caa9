// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_BASE_LIMITS_H_
#define RELAYFLEET_LIBS_BASE_LIMITS_H_

#include <cstdint>

#include "absl/time/time.h"

// What the fleet takes at most. Limits of one class's queues are in its Options.
namespace relayfleet::base {

// Bytes of a relay key: what MediaMTX takes as a path, and file systems as a name.
inline constexpr int kMaxKeyBytes = 255;

// Relays of one ingest: threads, sockets and memory are sized for them.
inline constexpr int kMaxRelays = 500;

// Bytes of an HTTP body and of one picture.
inline constexpr int64_t kMaxBodyBytes = int64_t{8} << 20;

// Bytes of a gRPC message: a picture with room for what surrounds it. gRPC's own 4 MiB is too few.
inline constexpr int kMaxGrpcMessageBytes = 16 << 20;

// Pixels of a picture as its header claims, checked before anything is allocated: 36 megapixels is
// more than cameras give, and decoded (YUV 4:4:4) 108 MB.
inline constexpr int64_t kMaxPixels = 36'000'000;

// Width and height of what is published.
inline constexpr int kMinOutputSide = 16;
inline constexpr int kMaxOutputSide = 4096;

// Frames per second, filled and pushed.
inline constexpr int kMaxFps = 60;

// Bit rate in kbit/s.
inline constexpr int kMinBitrateKbps = 64;
inline constexpr int kMaxBitrateKbps = 50'000;

// Time between key frames.
inline constexpr absl::Duration kMinGop = absl::Milliseconds(500);
inline constexpr absl::Duration kMaxGop = absl::Seconds(60);

// RelaySpec.stale_after.
inline constexpr absl::Duration kMinStaleAfter = absl::Milliseconds(500);
inline constexpr absl::Duration kMaxStaleAfter = absl::Hours(1);

// RelaySpec.stall_after.
inline constexpr absl::Duration kMinStallAfter = absl::Seconds(1);
inline constexpr absl::Duration kMaxStallAfter = absl::Hours(1);

// Longest wait of WaitUntilReady: a client's connection is held that long.
inline constexpr absl::Duration kMaxReadyWait = absl::Seconds(300);

// Bytes of a URL.
inline constexpr int kMaxUrlBytes = 2048;

// Access units sent ahead of the publisher's answer, and what they may span in time: enough for a
// round trip, too few for latency to hide in.
inline constexpr int kPublishCreditPackets = 8;
inline constexpr absl::Duration kPublishCreditSpan = absl::Milliseconds(250);

// Pictures sent ahead of the encoder's answer: one in work, one waiting.
inline constexpr int kTranscodeCreditFrames = 2;

}  // namespace relayfleet::base

#endif  // RELAYFLEET_LIBS_BASE_LIMITS_H_
