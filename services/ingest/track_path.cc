// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/track_path.h"

#include <algorithm>
#include <utility>

namespace relayfleet::ingest {
namespace {

// Output packets that may wait here for publish.
constexpr int kOutputCredits = 8;

// Of JPEGs none needs another, and the newest counts.
int MaxWaiting(const media::Track& track) {
  return track.codec == media::Codec::kJpeg ? 1 : flow::GopQueue::Options().max_packets;
}

}  // namespace

TrackPath::TrackPath(const FeedContext& context, Kind kind, Handler handler)
    : context_(context), kind_(kind), handler_(std::move(handler)) {}

void TrackPath::Copy(const media::Track& track) {
  if (link_ != nullptr && kind_ == Kind::kVideo) context_.monitor.OnTranscodeNotUsed();
  link_ = nullptr;
  handler_.on_track(track);
}

void TrackPath::Transcode(const media::Track& track, const flow::TranscodeSpec& spec,
                          int64_t last_out_pts) {
  if (link_ == nullptr || !(link_->spec() == spec)) {
    taken_ = 0;
    link_ = std::make_unique<CodedLink>(context_.strand, context_.transcode,
                                        CodedLink::Options{.relay = context_.key,
                                                           .epoch = context_.epoch,
                                                           .spec = spec,
                                                           .last_out_pts = last_out_pts,
                                                           .max_packets = MaxWaiting(track)},
                                        LinkHandler());
    link_->Start();
  }
  link_->SetTrack(track);
}

CodedLink::Handler TrackPath::LinkHandler() {
  const bool video = kind_ == Kind::kVideo;
  return {
      .on_info =
          [this](media::StreamInfo info) {
            if (!info.tracks.empty()) handler_.on_track(std::move(info.tracks[0]));
          },
      .on_packet = [this](media::Packet packet) { OnOutput(std::move(packet)); },
      .on_done =
          [this, video](const flow::FrameDone& done) {
            if (video) context_.observer.OnStageTimes(done);
          },
      .on_dropped = [this](uint64_t packets) { handler_.on_dropped(packets); },
      .on_need_key = [this] { handler_.on_need_key(); },
      .on_up =
          [this, video](const flow::TranscodeOpened& opened) {
            if (video) context_.monitor.OnTranscodeUp(opened.encoder);
            context_.observer.OnStageUp(context_.key, "transcode", opened.encoder);
          },
      .on_encoder =
          [this, video](const flow::EncoderChanged& changed) {
            if (video) context_.monitor.OnTranscodeUp(changed.encoder);
            context_.observer.OnEncoderChanged(context_.key, changed);
          },
      .on_down = [this](const absl::Status& why,
                        absl::Duration retry_in) { OnDown(why, retry_in); },
      .on_silent =
          [this](absl::Duration limit) {
            context_.monitor.OnStageSilent("transcode", limit);
            context_.observer.OnStageSilent(context_.key, "transcode", limit);
          },
      .on_heard = [this] { context_.monitor.OnStageHeard("transcode"); },
      .room =
          [this] { return kOutputCredits - std::min(kOutputCredits, context_.stream.waiting()); }};
}

void TrackPath::OnDown(const absl::Status& why, absl::Duration retry_in) {
  taken_ = 0;  // a new session is told the room anew
  context_.observer.OnStageDown(context_.key, "transcode", why.message(), retry_in);
  if (retry_in == absl::InfiniteDuration()) return handler_.on_failed(why);
  if (kind_ == Kind::kVideo) context_.monitor.OnStageDown("transcode", why.message(), retry_in);
}

void TrackPath::OnOutput(media::Packet packet) {
  ++taken_;
  handler_.on_packet(std::move(packet));
  OnRoom();
}

void TrackPath::OnRoom() {
  if (link_ == nullptr || taken_ == 0 || context_.stream.waiting() >= kOutputCredits) return;
  link_->GrantOutput(std::exchange(taken_, 0));
}

void TrackPath::Send(media::Packet packet) {
  if (link_ != nullptr) return link_->Offer(std::move(packet));
  handler_.on_packet(std::move(packet));
}

bool TrackPath::ForceIdr() {
  if (link_ == nullptr) return false;
  link_->ForceIdr();
  return true;
}

void TrackPath::Finish(absl::AnyInvocable<void()> done) {
  if (link_ == nullptr) return done();
  link_->Finish(std::move(done));
}

void TrackPath::Stop() {
  if (link_ != nullptr) link_->Stop();
}

}  // namespace relayfleet::ingest
