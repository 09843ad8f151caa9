// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_STREAM_JUDGE_H_
#define RELAYFLEET_TOOLS_RELAYCTL_STREAM_JUDGE_H_

#include <cstdint>
#include <vector>

#include "tools/relayctl/finding.h"
#include "tools/relayctl/stream_meter.h"

namespace relayfleet::relayctl {

// What a published stream means for its readers: browsers (WebRTC) and the hardware decoder of
// JPS on a Jetson, which want H.264 without B-frames and parameter sets in band; players, which
// wait for a key picture. `lost`: RTP packets that never came. A pure function.
std::vector<Finding> Judge(const StreamFacts& facts, uint64_t lost);

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_STREAM_JUDGE_H_
