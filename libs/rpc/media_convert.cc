// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/media_convert.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/string_view.h"
#include "libs/base/errors.h"
#include "libs/base/overloaded.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::rpc {
namespace {

constexpr int kMaxTracks = 16;
constexpr uint32_t kMaxChannels = 64;
constexpr uint32_t kMaxSide = 65535;               // a JPEG can have no more
constexpr size_t kMaxParameterSetBytes = 1 << 16;  // far above any real one

// The values of both are the same.
media::v1::Codec ToWire(media::Codec codec) { return static_cast<media::v1::Codec>(codec); }
static_assert(static_cast<int>(media::Codec::kJpeg) == media::v1::CODEC_JPEG);
static_assert(static_cast<int>(media::Codec::kH264) == media::v1::CODEC_H264);
static_assert(static_cast<int>(media::Codec::kH265) == media::v1::CODEC_H265);
static_assert(static_cast<int>(media::Codec::kAac) == media::v1::CODEC_AAC);
static_assert(static_cast<int>(media::Codec::kOpus) == media::v1::CODEC_OPUS);
static_assert(static_cast<int>(media::Codec::kPcmu) == media::v1::CODEC_PCMU);
static_assert(static_cast<int>(media::Codec::kPcma) == media::v1::CODEC_PCMA);
static_assert(static_cast<int>(media::Codec::kLibav) == media::v1::CODEC_LIBAV);

absl::StatusOr<media::Codec> FromWire(media::v1::Codec codec) {
  if (codec == media::v1::CODEC_UNSPECIFIED || !media::v1::Codec_IsValid(codec)) {
    return base::InvalidField("track.codec", "unknown");
  }
  return static_cast<media::Codec>(codec);
}

// The values of both are the same; what is unknown here becomes kUnknown.
media::GapReason FromWire(media::v1::GapReason reason) {
  if (!media::v1::GapReason_IsValid(reason)) return media::GapReason::kUnknown;
  return static_cast<media::GapReason>(reason);
}
static_assert(static_cast<int>(media::GapReason::kStageLost) == media::v1::GAP_REASON_STAGE_LOST);
static_assert(static_cast<int>(media::GapReason::kBadData) == media::v1::GAP_REASON_BAD_DATA);
static_assert(static_cast<int>(media::GapReason::kCongested) == media::v1::GAP_REASON_CONGESTED);
static_assert(static_cast<int>(media::GapReason::kSuperseded) == media::v1::GAP_REASON_SUPERSEDED);

media::v1::Gap ToWire(const media::Gap& gap) {
  media::v1::Gap wire;
  wire.set_first(gap.first);
  wire.set_last(gap.last);
  wire.set_reason(static_cast<media::v1::GapReason>(gap.reason));
  return wire;
}

absl::StatusOr<media::Gap> FromWire(const media::v1::Gap& wire) {
  if (wire.first() == 0 || wire.first() > wire.last()) {
    return base::InvalidField("gap.first", "must be from 1 to gap.last");
  }
  return media::Gap{wire.first(), wire.last(), FromWire(wire.reason())};
}

absl::StatusOr<media::Track> FromWire(const media::v1::Track& wire) {
  const auto codec = FromWire(wire.codec());
  if (!codec.ok()) return codec.status();
  if (wire.clock_rate() == 0) return base::InvalidField("track.clock_rate", "must be set");
  if (wire.width() > kMaxSide || wire.height() > kMaxSide) {
    return base::InvalidField("track.width", "larger than 65535");
  }
  for (const std::string* set : {&wire.vps(), &wire.sps(), &wire.pps(), &wire.config()}) {
    if (set->size() > kMaxParameterSetBytes) {
      return base::InvalidField("track.sps", "larger than 64 KiB");
    }
  }
  if (wire.channels() > kMaxChannels) return base::InvalidField("track.channels", "above 64");
  if (wire.rotation() >= 360 || wire.rotation() % 90 != 0) {
    return base::InvalidField("track.rotation", "must be 0, 90, 180 or 270");
  }
  return media::Track{.id = wire.id(),
                      .codec = *codec,
                      .clock_rate = wire.clock_rate(),
                      .width = static_cast<int>(wire.width()),
                      .height = static_cast<int>(wire.height()),
                      .sps = wire.sps(),
                      .pps = wire.pps(),
                      .vps = wire.vps(),
                      .config = wire.config(),
                      .channels = static_cast<int>(wire.channels()),
                      .codec_name = wire.codec_name(),
                      .fps = wire.fps(),
                      .rotation = static_cast<int>(wire.rotation())};
}

media::v1::Track ToWire(const media::Track& track) {
  media::v1::Track wire;
  wire.set_id(track.id);
  wire.set_codec(ToWire(track.codec));
  wire.set_clock_rate(static_cast<uint32_t>(track.clock_rate));
  wire.set_width(static_cast<uint32_t>(track.width));
  wire.set_height(static_cast<uint32_t>(track.height));
  wire.set_sps(track.sps);
  wire.set_pps(track.pps);
  wire.set_vps(track.vps);
  wire.set_config(track.config);
  wire.set_channels(static_cast<uint32_t>(track.channels));
  wire.set_codec_name(track.codec_name);
  wire.set_fps(track.fps);
  wire.set_rotation(static_cast<uint32_t>(track.rotation));
  return wire;
}

template <typename T>
absl::StatusOr<media::Message> AsMessage(absl::StatusOr<T> value) {
  if (!value.ok()) return value.status();
  return media::Message(*std::move(value));
}

}  // namespace

media::v1::StreamInfo ToWire(const media::StreamInfo& info) {
  media::v1::StreamInfo wire;
  wire.set_generation(info.generation);
  for (const auto& track : info.tracks) *wire.add_tracks() = ToWire(track);
  return wire;
}

absl::StatusOr<media::StreamInfo> FromWire(const media::v1::StreamInfo& wire) {
  if (wire.tracks().empty() || wire.tracks_size() > kMaxTracks) {
    return base::InvalidField("info.tracks", "must be 1 to 16");
  }
  media::StreamInfo info{.generation = wire.generation()};
  for (const auto& wire_track : wire.tracks()) {
    auto track = FromWire(wire_track);
    if (!track.ok()) return track.status();
    info.tracks.push_back(*std::move(track));
  }
  return info;
}

media::v1::Packet ToWire(const media::Packet& packet) {
  media::v1::Packet wire;
  wire.set_track(packet.track);
  wire.set_generation(packet.generation);
  wire.set_seq(packet.seq);
  wire.set_source_seq(packet.source_seq);
  wire.set_pts(packet.pts);
  wire.set_dts(packet.dts);
  wire.set_key(packet.key);
  wire.set_repeat(packet.repeat);
  wire.set_discontinuity(packet.discontinuity);
  wire.set_decode_only(packet.decode_only);
  if (packet.capture_time != absl::InfinitePast()) {
    *wire.mutable_capture_time() = ToProto(packet.capture_time);
  }
  wire.set_capture_trusted(packet.capture_trusted);
  if (packet.arrival_time != absl::InfinitePast()) {
    *wire.mutable_arrival_time() = ToProto(packet.arrival_time);
  }
  wire.set_payload(*packet.payload);
  return wire;
}

absl::StatusOr<media::Packet> FromWire(media::v1::Packet wire) {
  if (wire.payload().empty()) return base::InvalidField("packet.payload", "empty");
  if (wire.payload().size() > kMaxPayloadBytes) {
    return base::InvalidField("packet.payload", "larger than 8 MiB");
  }
  if (wire.seq() == 0) return base::InvalidField("packet.seq", "must be at least 1");
  media::Packet packet;
  packet.track = wire.track();
  packet.generation = wire.generation();
  packet.seq = wire.seq();
  packet.source_seq = wire.source_seq();
  packet.pts = wire.pts();
  packet.dts = wire.dts();
  packet.key = wire.key();
  packet.repeat = wire.repeat();
  packet.discontinuity = wire.discontinuity();
  packet.decode_only = wire.decode_only();
  if (wire.has_capture_time()) packet.capture_time = FromProto(wire.capture_time());
  packet.capture_trusted = wire.capture_trusted();
  if (wire.has_arrival_time()) packet.arrival_time = FromProto(wire.arrival_time());
  packet.payload = media::MakePayload(std::move(*wire.mutable_payload()));
  return packet;
}

media::v1::StreamMessage ToWire(const media::Message& message) {
  media::v1::StreamMessage wire;
  std::visit(base::Overloaded{
                 [&](const media::StreamInfo& info) { *wire.mutable_info() = ToWire(info); },
                 [&](const media::Packet& packet) { *wire.mutable_packet() = ToWire(packet); },
                 [&](const media::Gap& gap) { *wire.mutable_gap() = ToWire(gap); },
             },
             message);
  return wire;
}

absl::StatusOr<media::Message> FromWire(media::v1::StreamMessage wire) {
  switch (wire.kind_case()) {
    case media::v1::StreamMessage::kInfo:
      return AsMessage(FromWire(wire.info()));
    case media::v1::StreamMessage::kPacket:
      return AsMessage(FromWire(std::move(*wire.mutable_packet())));
    case media::v1::StreamMessage::kGap:
      return AsMessage(FromWire(wire.gap()));
    case media::v1::StreamMessage::KIND_NOT_SET:
      return base::InvalidField("media.kind", "not set");
  }
  return base::InvalidField("media.kind", "unknown");
}

}  // namespace relayfleet::rpc
