// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_DEINTERLACE_H_
#define RELAYFLEET_LIBS_AV_DEINTERLACE_H_

#include "libs/av/frame.h"

namespace relayfleet::av {

// Blends the two fields of an interlaced picture: each row with its neighbours, 1:2:1. Costs half
// of the vertical detail and shows movement twice, but no combs, and takes as long as a copy.
// `out` becomes of the shape of `in`. Any thread.
void BlendFields(const Frame& in, Frame& out);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_DEINTERLACE_H_
