// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/play_plan.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/base/errors.h"
#include "libs/rtp/new_depacketizer.h"

namespace relayfleet::rtsp {
namespace {

absl::StatusOr<PlayPlan::Item> ItemOf(const media::SdpMedia& media) {
  absl::StatusOr<media::Track> track = media::TrackOf(media);
  if (!track.ok()) return track.status();
  absl::StatusOr<std::unique_ptr<rtp::Depacketizer>> depacketizer =
      rtp::NewDepacketizer(*track, media);
  if (!depacketizer.ok()) return depacketizer.status();
  return PlayPlan::Item{
      .media = media, .track = *std::move(track), .depacketizer = *std::move(depacketizer)};
}

// Takes the first media of that kind which can be read; what is wrong with the others goes to
// `refused`.
void TakeFirst(absl::string_view kind, const media::Sdp& sdp, std::vector<PlayPlan::Item>* items,
               std::vector<std::string>* refused) {
  for (const media::SdpMedia& media : sdp.media) {
    if (media.kind != kind) continue;
    absl::StatusOr<PlayPlan::Item> item = ItemOf(media);
    if (item.ok()) {
      item->track.id = static_cast<uint32_t>(items->size());
      items->push_back(*std::move(item));
      return;
    }
    refused->push_back(absl::StrCat(base::Quoted(media.encoding), ": ", item.status().message()));
  }
}

}  // namespace

absl::StatusOr<PlayPlan> PlanPlay(absl::string_view sdp, bool with_audio) {
  absl::StatusOr<media::Sdp> parsed = media::ParseSdp(sdp);
  if (!parsed.ok()) return absl::InternalError(parsed.status().message());
  if (parsed->media.empty()) {
    return absl::UnavailableError("the stream's description names no media");
  }
  PlayPlan plan;
  plan.control = parsed->control;
  std::vector<std::string> refused;
  TakeFirst("video", *parsed, &plan.items, &refused);
  if (plan.items.empty()) {
    return absl::UnimplementedError(refused.empty() ? "the stream has no video"
                                                    : absl::StrCat("no video that can be read: ",
                                                                   absl::StrJoin(refused, "; ")));
  }
  if (with_audio) TakeFirst("audio", *parsed, &plan.items, &refused);
  return plan;
}

}  // namespace relayfleet::rtsp
