// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_RANGE_H_
#define RELAYFLEET_LIBS_AV_RANGE_H_

#include "libs/av/frame.h"

// Full range (JPEG: 0 to 255) to limited range (video: luma 16 to 235, chroma 16 to 240) and back,
// at an unchanged size: 16-bit integer loops that the compiler vectorises. Any thread.
namespace relayfleet::av {

// Whether FullToLimited() takes such a picture: its chroma needs averaging at most.
bool CanConvertToLimited(Chroma chroma);

// Makes limited-range I420 of a full-range picture; `out` becomes of its size.
void FullToLimited(const Frame& in, Frame& out);

// The same in place; `frame` is 4:2:0.
void FullToLimited(Frame& frame);

// Makes a full-range picture of a limited-range one, same chroma format.
void LimitedToFull(const Frame& in, Frame& out);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_RANGE_H_
