// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_NEW_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_NEW_DEPACKETIZER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "libs/media/sdp.h"
#include "libs/media/stream.h"
#include "libs/rtp/depacketizer.h"

namespace relayfleet::rtp {

// The depacketizer for `track`, as its description says (fmtp and encoding; a default one where
// there is no SDP). INVALID_ARGUMENT: a codec or a way of packing it that we don't read.
absl::StatusOr<std::unique_ptr<Depacketizer>> NewDepacketizer(const media::Track& track,
                                                              const media::SdpMedia& media);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_NEW_DEPACKETIZER_H_
