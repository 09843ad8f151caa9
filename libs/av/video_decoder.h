// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_VIDEO_DECODER_H_
#define RELAYFLEET_LIBS_AV_VIDEO_DECODER_H_

#include <optional>

#include "absl/status/status.h"
#include "libs/av/frame.h"
#include "libs/media/encoding.h"
#include "libs/media/packet.h"

namespace relayfleet::av {

// Makes pictures of a fixed size out of the packets of one track:
//
//   Push(packet) ─► { Next() ─► a picture's packet; Take() ─► the picture, in shape }*
//
// A packet yields none, one or several pictures, in order of presentation. Next() is called until
// there is none before the next Push(). Bringing a picture into shape is Take()'s work, so that one
// which is not wanted costs no more than its decoding. One user at a time.
class VideoDecoder {
 public:
  struct Options {
    int width = 1280;  // that come out: pixels, even
    int height = 720;
    media::Fit fit = media::Fit::kContain;
  };

  virtual ~VideoDecoder() = default;

  // Takes the next packet, in order of decoding. INVALID_ARGUMENT, with a text for the user, if it
  // can't be decoded; then packets are refused until one that decoding can begin with.
  virtual absl::Status Push(const media::Packet& packet) = 0;

  // No packet follows: Next() returns what was held back.
  virtual void Finish() = 0;

  // Moves to the next picture and returns its packet, without payload.
  virtual std::optional<media::Packet> Next() = 0;

  // Writes the picture that Next() moved to into `out` (limited-range I420); once. INVALID_ARGUMENT
  // if it is no picture; `out` is then spoilt.
  virtual absl::Status Take(Frame& out) = 0;

  // Whether pictures that no other one needs are left out from the next packet on.
  virtual void SkipNonReference(bool skip) = 0;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_VIDEO_DECODER_H_
