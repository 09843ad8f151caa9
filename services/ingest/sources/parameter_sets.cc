// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/parameter_sets.h"

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"
#include "libs/media/h265_sps.h"

namespace relayfleet::ingest {
namespace {

bool CarriesThem(absl::string_view unit, media::Codec codec) {
  if (codec == media::Codec::kH265) {
    const media::H265KeyUnits units = media::FindH265KeyUnits(unit);
    return !units.vps.empty() && !units.sps.empty() && !units.pps.empty();
  }
  const media::KeyUnits units = media::FindKeyUnits(unit);
  return !units.sps.empty() && !units.pps.empty();
}

// Bytes of the delimiter that the unit begins with.
size_t DelimiterSize(absl::string_view unit, media::Codec codec) {
  media::NalReader reader(unit);
  if (!reader.Next()) return 0;
  const bool delimiter = codec == media::Codec::kH265
                             ? media::TypeOfH265Nal(reader.nal()) == media::H265NalType::kDelimiter
                             : media::TypeOfNal(reader.nal()) == media::NalType::kDelimiter;
  return delimiter ? static_cast<size_t>(reader.nal().end() - unit.begin()) : 0;
}

}  // namespace

std::string WithParameterSets(std::string unit, const media::Track& track) {
  if (CarriesThem(unit, track.codec)) return unit;
  std::string sets;
  for (const std::string* set : {&track.vps, &track.sps, &track.pps}) {
    if (!set->empty()) media::AppendNal(*set, &sets);
  }
  unit.insert(DelimiterSize(unit, track.codec), sets);
  return unit;
}

}  // namespace relayfleet::ingest
