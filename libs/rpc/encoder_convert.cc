// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/encoder_convert.h"

#include "libs/rpc/proto_time.h"

namespace relayfleet::rpc {

media::v1::Encoder ToWire(const media::EncoderReport& report) {
  media::v1::Encoder wire;
  wire.set_name(report.name);
  wire.set_usable(report.usable);
  wire.set_reason(report.reason);
  if (report.usable) *wire.mutable_frame_time() = ToProto(report.frame_time);
  wire.set_hardware(report.hardware);
  return wire;
}

media::EncoderReport FromWire(const media::v1::Encoder& wire) {
  return {.name = wire.name(),
          .usable = wire.usable(),
          .reason = wire.reason(),
          .frame_time = wire.has_frame_time() ? FromProto(wire.frame_time()) : absl::Duration(),
          .hardware = wire.hardware()};
}

}  // namespace relayfleet::rpc
