// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/video_probe.h"

#include "libs/media/jpeg_header.h"

namespace relayfleet::ingest {
namespace {

bool HasParameterSets(media::Codec codec) {
  return codec == media::Codec::kH264 || codec == media::Codec::kH265;
}

// Clockwise turn that EXIF asks for.
int RotationOf(int orientation) {
  if (orientation == 3) return 180;
  if (orientation == 6) return 90;
  return orientation == 8 ? 270 : 0;
}

}  // namespace

VideoProbe::VideoProbe(media::Track track)
    : track_(std::move(track)),
      known_(!HasParameterSets(track_.codec) && track_.codec != media::Codec::kJpeg) {
  if (HasParameterSets(track_.codec)) gate_.emplace(track_);
}

VideoProbe::Verdict VideoProbe::Check(const media::Packet& packet) {
  if (gate_.has_value()) return CheckUnit(packet);
  if (known_) return {.pass = true};
  return CheckJpeg(packet);
}

VideoProbe::Verdict VideoProbe::CheckUnit(const media::Packet& packet) {
  const auto verdict = gate_->Check(*packet.payload, packet.key, packet.discontinuity);
  if (!verdict.info.has_value()) return {.pass = verdict.pass};
  track_ = verdict.info->tracks[0];
  known_ = true;
  return {.pass = verdict.pass, .changed = true};
}

VideoProbe::Verdict VideoProbe::CheckJpeg(const media::Packet& packet) {
  const auto header = media::ParseJpegHeader(*packet.payload);
  if (!header.ok()) return {};
  track_.width = header->width;
  track_.height = header->height;
  if (track_.rotation == 0) track_.rotation = RotationOf(header->orientation);
  known_ = true;
  return {.pass = true, .changed = true};
}

}  // namespace relayfleet::ingest
