// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_PLAY_PLAN_H_
#define RELAYFLEET_LIBS_RTSP_PLAY_PLAN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/media/sdp.h"
#include "libs/media/stream.h"
#include "libs/rtp/depacketizer.h"

namespace relayfleet::rtsp {

// What is to be read of a described presentation: the first video that we can read and the first
// such audio, in that order, with track ids 0, 1.
struct PlayPlan {
  struct Item {
    media::SdpMedia media;
    media::Track track;
    std::unique_ptr<rtp::Depacketizer> depacketizer;
  };
  std::vector<Item> items;
  std::string control;  // of the presentation, as written; empty: none
};

// Reads a session description. UNIMPLEMENTED: no video in it that we can read (libav perhaps can);
// says what there is. UNAVAILABLE: it describes no media, as cameras do that are starting.
// INTERNAL: not a session description. Any thread.
absl::StatusOr<PlayPlan> PlanPlay(absl::string_view sdp, bool with_audio);

}  // namespace relayfleet::rtsp

#endif  // RELAYFLEET_LIBS_RTSP_PLAY_PLAN_H_
