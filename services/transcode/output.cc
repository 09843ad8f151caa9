// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/output.h"

#include <string>
#include <utility>

#include "libs/media/annexb.h"

namespace relayfleet::transcode {

std::optional<media::StreamInfo> Output::Describe(const av::AccessUnit& unit) {
  if (!unit.key) return std::nullopt;
  const media::KeyUnits units = media::FindKeyUnits(unit.data);
  if (units.sps.empty() || units.pps.empty()) return std::nullopt;
  media::Track track{.id = 0,
                     .codec = media::Codec::kH264,
                     .clock_rate = media::kVideoClockRate,
                     .width = width_,
                     .height = height_,
                     .sps = std::string(units.sps),
                     .pps = std::string(units.pps)};
  if (!info_.tracks.empty() && info_.tracks[0] == track) return std::nullopt;
  ++info_.generation;
  info_.tracks = {std::move(track)};
  return info_;
}

media::Packet Output::Wrap(av::AccessUnit unit, const media::Packet& source, bool repeat) {
  media::Packet packet;
  packet.generation = info_.generation;
  packet.seq = ++seq_;
  packet.source_seq = source.seq;
  packet.pts = packet.dts = unit.pts;
  packet.key = unit.key;
  packet.repeat = repeat;
  packet.discontinuity = source.discontinuity && !repeat;
  packet.capture_trusted = source.capture_trusted;
  const absl::Duration later =
      repeat ? media::FromVideoTicks(unit.pts - source.pts) : absl::ZeroDuration();
  packet.capture_time = source.capture_time + later;
  packet.arrival_time = source.arrival_time + later;
  packet.arrival_mono = source.arrival_mono + later;
  packet.payload = media::MakePayload(std::move(unit.data));
  return packet;
}

}  // namespace relayfleet::transcode
