// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_NEW_PACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_NEW_PACKETIZER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "libs/media/stream.h"
#include "libs/rtp/packetizer.h"

namespace relayfleet::rtp {

// The packetizer for `track`. INVALID_ARGUMENT: a codec that is not sent in RTP.
absl::StatusOr<std::unique_ptr<Packetizer>> NewPacketizer(const media::Track& track,
                                                          const PacketizerOptions& options);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_NEW_PACKETIZER_H_
