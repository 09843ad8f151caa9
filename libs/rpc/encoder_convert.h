// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RPC_ENCODER_CONVERT_H_
#define RELAYFLEET_LIBS_RPC_ENCODER_CONVERT_H_

#include "libs/media/encoding.h"
#include "relayfleet/media/v1/encoding.pb.h"

namespace relayfleet::rpc {

// libs/media to media/v1 and back. Any thread.
media::v1::Encoder ToWire(const media::EncoderReport& report);
media::EncoderReport FromWire(const media::v1::Encoder& wire);

}  // namespace relayfleet::rpc

#endif  // RELAYFLEET_LIBS_RPC_ENCODER_CONVERT_H_
