// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/video_gate.h"

#include <string>

#include "absl/status/statusor.h"
#include "libs/media/annexb.h"
#include "libs/media/h264_sps.h"
#include "libs/media/h265_sps.h"

namespace relayfleet::ingest {
namespace {

// Where a NAL unit belongs in a track; null: it is no parameter set.
std::string* PlaceOf(absl::string_view nal, media::Track* track) {
  if (track->codec == media::Codec::kH265) {
    const media::H265NalType type = media::TypeOfH265Nal(nal);
    if (type == media::H265NalType::kVps) return &track->vps;
    if (type == media::H265NalType::kSps) return &track->sps;
    return type == media::H265NalType::kPps ? &track->pps : nullptr;
  }
  if (media::TypeOfNal(nal) == media::NalType::kSps) return &track->sps;
  return media::TypeOfNal(nal) == media::NalType::kPps ? &track->pps : nullptr;
}

template <typename Sps>
void TakeSize(const absl::StatusOr<Sps>& sps, media::Track* track) {
  if (!sps.ok()) return;
  track->width = sps->width;
  track->height = sps->height;
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
  if (track_.codec == media::Codec::kH265) {
    TakeSize(media::ParseH265Sps(track_.sps), &track_);
  } else {
    TakeSize(media::ParseH264Sps(track_.sps), &track_);
  }
  return changed;
}

bool VideoGate::Complete() const {
  if (track_.codec == media::Codec::kH265 && track_.vps.empty()) return false;
  return !track_.sps.empty() && !track_.pps.empty();
}

}  // namespace relayfleet::ingest
