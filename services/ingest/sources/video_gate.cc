// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/video_gate.h"

#include <string>

#include "absl/status/statusor.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"

namespace relayfleet::ingest {
namespace {

// NAL unit types of H.265 (table 7-1).
constexpr int kVps = 32;
constexpr int kSps265 = 33;
constexpr int kPps265 = 34;

// Where a NAL unit belongs in a track; null: it is no parameter set.
std::string* PlaceOf(absl::string_view nal, media::Track* track) {
  const auto header = static_cast<uint8_t>(nal[0]);
  if (track->codec == media::Codec::kH265) {
    const int type = header >> 1 & 0x3f;
    if (type == kVps) return &track->vps;
    if (type == kSps265) return &track->sps;
    return type == kPps265 ? &track->pps : nullptr;
  }
  if (media::TypeOfNal(nal) == media::NalType::kSps) return &track->sps;
  return media::TypeOfNal(nal) == media::NalType::kPps ? &track->pps : nullptr;
}

}  // namespace

VideoGate::Verdict VideoGate::Check(absl::string_view unit, bool key, bool discontinuity) {
  if (discontinuity) open_ = false;
  Verdict verdict;
  if (key) {
    const bool changed = TakeParameterSets(unit);
    open_ = Complete();
    if (open_ && (changed || waiting())) {
      verdict.info = media::StreamInfo{.generation = ++generation_, .tracks = {track_}};
    }
  }
  verdict.pass = open_;
  return verdict;
}

// The first set of each kind; streams with several have one picture size all the same.
bool VideoGate::TakeParameterSets(absl::string_view unit) {
  media::Track found = track_;
  found.vps = found.sps = found.pps = "";
  for (media::NalReader reader(unit); reader.Next();) {
    std::string* const place = PlaceOf(reader.nal(), &found);
    if (place != nullptr && place->empty()) *place = std::string(reader.nal());
  }
  bool changed = false;
  for (std::string media::Track::* const set :
       {&media::Track::vps, &media::Track::sps, &media::Track::pps}) {
    if ((found.*set).empty() || found.*set == track_.*set) continue;
    track_.*set = found.*set;
    changed = true;
  }
  if (track_.codec != media::Codec::kH264) return changed;
  if (const auto sps = media::ParseH264Sps(track_.sps); sps.ok()) {
    track_.width = sps->width;
    track_.height = sps->height;
  }
  return changed;
}

bool VideoGate::Complete() const {
  if (track_.codec == media::Codec::kH265 && track_.vps.empty()) return false;
  return !track_.sps.empty() && !track_.pps.empty();
}

}  // namespace relayfleet::ingest
