// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_ORIENT_H_
#define RELAYFLEET_LIBS_AV_ORIENT_H_

#include "libs/av/frame.h"

// EXIF orientations (1 to 8): how a stored picture is to be turned to stand upright. Any thread.
namespace relayfleet::av {

// Whether width and height change places.
inline bool SwapsSides(int orientation) { return orientation >= 5; }

// Writes plane `in`, turned, to `out`, whose sides are those of `in`, swapped as needed.
void OrientPlane(const PlaneView& in, int orientation, const PlaneView& out);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_ORIENT_H_
