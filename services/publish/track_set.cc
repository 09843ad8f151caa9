// SPDX-License-Identifier: Apache-2.0

#include "services/publish/track_set.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libs/base/errors.h"
#include "libs/media/annexb.h"
#include "libs/media/h265_sps.h"

namespace relayfleet::publish {
namespace {

bool IsVideoCodec(media::Codec codec) {
  return codec == media::Codec::kH264 || codec == media::Codec::kH265;
}

// A session that carries `a` carries `b`: what differs is told in band.
bool SameShape(const media::Track& a, const media::Track& b) {
  return a.id == b.id && a.codec == b.codec && a.clock_rate == b.clock_rate &&
         a.channels == b.channels && a.config == b.config;
}

bool HasParameterSets(const media::Track& track) {
  return !track.sps.empty() && !track.pps.empty() &&
         (track.codec != media::Codec::kH265 || !track.vps.empty());
}

// What of the parameter sets a key of `track` holds.
media::Track ParameterSetsIn(const media::Packet& key, media::Track track) {
  if (track.codec == media::Codec::kH265) {
    const media::H265KeyUnits units = media::FindH265KeyUnits(*key.payload);
    track.vps = std::string(units.vps);
    track.sps = std::string(units.sps);
    track.pps = std::string(units.pps);
  } else {
    const media::KeyUnits units = media::FindKeyUnits(*key.payload);
    track.sps = std::string(units.sps);
    track.pps = std::string(units.pps);
  }
  return track;
}

}  // namespace

absl::Status TrackSet::Validate(const media::StreamInfo& info) {
  int videos = 0;
  int audios = 0;
  for (const media::Track& track : info.tracks) {
    if (IsVideoCodec(track.codec) && track.clock_rate == media::kVideoClockRate) ++videos;
    if (media::IsAudio(track.codec) && track.clock_rate > 0) ++audios;
  }
  const bool distinct = info.tracks.size() != 2 || info.tracks[0].id != info.tracks[1].id;
  if (videos != 1 || audios > 1 || static_cast<size_t>(videos + audios) != info.tracks.size() ||
      !distinct) {
    return base::InvalidField("info.tracks",
                              "one H.264 or H.265 track of 90 kHz is published, and one of audio");
  }
  return absl::OkStatus();
}

TrackSet::Change TrackSet::Set(const std::vector<media::Track>& tracks) {
  const std::vector<media::Track> old = std::exchange(tracks_, tracks);
  const std::map<uint32_t, TrackLine> lines = std::exchange(lines_, {});
  for (media::Track& track : tracks_) {
    const auto same = std::find_if(old.begin(), old.end(), [&](const media::Track& before) {
      return before.id == track.id && before.codec == track.codec &&
             before.clock_rate == track.clock_rate;
    });
    if (same == old.end()) continue;
    lines_[track.id] = lines.at(track.id);
    // A stream that brings its parameter sets in band says nothing here: the last ones known go on.
    if (!HasParameterSets(track)) {
      track.vps = same->vps;
      track.sps = same->sps;
      track.pps = same->pps;
    }
  }
  for (const media::Track& track : tracks_) lines_.try_emplace(track.id);
  if (tracks_ == old) return Change::kNone;
  return std::equal(tracks_.begin(), tracks_.end(), old.begin(), old.end(), SameShape)
             ? Change::kParameters
             : Change::kTracks;
}

bool TrackSet::Learn(const media::Packet& key) {
  media::Track* track = video();
  media::Track learnt = ParameterSetsIn(key, *track);
  if (!HasParameterSets(learnt) || learnt == *track) return false;
  *track = std::move(learnt);
  return true;
}

bool TrackSet::complete() const {
  return std::any_of(tracks_.begin(), tracks_.end(), HasParameterSets);
}

const media::Track* TrackSet::Find(uint32_t id) const {
  for (const media::Track& track : tracks_) {
    if (track.id == id) return &track;
  }
  return nullptr;
}

bool TrackSet::IsVideo(uint32_t id) const {
  const media::Track* track = Find(id);
  return track != nullptr && IsVideoCodec(track->codec);
}

media::Track* TrackSet::video() {
  return &*std::find_if(tracks_.begin(), tracks_.end(),
                        [](const media::Track& track) { return IsVideoCodec(track.codec); });
}

std::map<uint32_t, int64_t> TrackSet::last_dts() const {
  std::map<uint32_t, int64_t> dts;
  for (const auto& [id, line] : lines_) {
    if (line.last_dts().has_value()) dts[id] = *line.last_dts();
  }
  return dts;
}

std::map<uint32_t, flow::WrittenRun> TrackSet::written() const {
  std::map<uint32_t, flow::WrittenRun> runs;
  for (const auto& [id, line] : lines_) {
    if (const auto run = line.written()) runs[id] = *run;
  }
  return runs;
}

}  // namespace relayfleet::publish
