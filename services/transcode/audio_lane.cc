// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/audio_lane.h"

#include <iterator>
#include <string>
#include <utility>
#include <variant>

namespace relayfleet::transcode {

AudioLane::AudioLane(Context context, const flow::TranscodeOpen& open)
    : context_(std::move(context)),
      sample_rate_(open.spec.audio->sample_rate),
      worker_(std::make_shared<AudioWorker>(*open.spec.audio, open.last_out_pts,
                                            &context_.codec->clock())) {}

void AudioLane::OnMedia(media::Message message) {
  if (const auto* info = std::get_if<media::StreamInfo>(&message)) return OnInfo(*info);
  auto* packet = std::get_if<media::Packet>(&message);
  if (packet == nullptr) return;  // A Gap shows in the time stamps.
  context_.observer->OnFrameIn(packet->payload == nullptr ? 0 : packet->payload->size());
  context_.observer->OnQueue(1);
  waiting_.push_back({.packet = std::move(*packet), .arrival = Now()});
  if (waiting_.size() > kMaxItems) {
    return context_.end(absl::ResourceExhaustedError("more packets than credits"));
  }
  Work();
}

void AudioLane::OnInfo(const media::StreamInfo& info) {
  absl::Status fits = CheckTracks(info, /*audio=*/true);
  if (!fits.ok()) return context_.end(std::move(fits));
  media::Track track = info.tracks[0];
  track.id = 0;
  if (track == track_) return;
  track_ = track;
  waiting_.push_back({.track = std::move(track)});
  Work();
}

void AudioLane::OnCredit(uint32_t packets) {
  output_credits_ += packets;
  SendUnits();
  Work();
}

void AudioLane::OnEnd() {
  ending_ = true;
  Work();
}

void AudioLane::Work() {
  if (closed_ || running_ || open_.has_value()) return;
  if (waiting_.empty()) {
    if (ending_) context_.end(absl::OkStatus());
    return;
  }
  Item item = std::move(waiting_.front());
  waiting_.pop_front();
  Begin(std::move(item));
}

void AudioLane::Begin(Item item) {
  running_ = true;
  if (!item.track.has_value()) {
    open_.emplace();
    open_->packet = item.packet;
    open_->packet.payload = nullptr;
  }
  context_.codec->Post([this, session = context_.session, worker = worker_,
                        control = context_.control, observer = context_.observer,
                        item = std::move(item)] {
    if (!item.track.has_value()) observer->OnQueue(-1);
    AudioResult result = item.track.has_value() ? worker->SetTrack(*item.track)
                                                : worker->Run(item.packet, item.arrival);
    control->Post([this, session, result = std::move(result)]() mutable {
      if (const auto alive = session.lock()) OnResult(std::move(result));
    });
  });
}

void AudioLane::OnResult(AudioResult result) {
  if (closed_) return;
  const flow::Together together(*context_.pipe);
  running_ = false;
  if (result.fatal) return context_.end(std::move(result.status));
  if (result.track.has_value() && (info_.tracks.empty() || info_.tracks[0] != *result.track)) {
    ++info_.generation;
    info_.tracks = {*std::move(result.track)};
    context_.pipe->Send(media::Message(info_));
  }
  if (open_.has_value()) {
    flow::FrameDone& done = open_->done;
    done.outcome = result.bad_data        ? flow::FrameOutcome::kBadImage
                   : !result.status.ok()  ? flow::FrameOutcome::kFailed
                   : result.units.empty() ? flow::FrameOutcome::kDecoded
                                          : flow::FrameOutcome::kEncoded;
    done.detail = std::string(result.status.message());
    done.queued = result.queued;
    done.decoded = result.decoded;
    done.encoded = result.encoded;
    open_->pts = result.pts;
    open_->units = {std::make_move_iterator(result.units.begin()),
                    std::make_move_iterator(result.units.end())};
    SendUnits();
  }
  Work();
}

// As many as there are credits for; then the answer for the packet.
void AudioLane::SendUnits() {
  if (closed_ || running_ || !open_.has_value()) return;
  while (!open_->units.empty() && output_credits_ > 0) {
    --output_credits_;
    media::Packet packet = Wrap(std::move(open_->units.front()));
    open_->units.pop_front();
    context_.observer->OnFrameOut(packet.payload->size(), /*key=*/false, /*repeat=*/false);
    context_.pipe->Send(media::Message(std::move(packet)));
  }
  if (open_->units.empty()) Answer();
}

media::Packet AudioLane::Wrap(av::AudioUnit unit) {
  const media::Packet& source = open_->packet;
  media::Packet packet;
  packet.generation = info_.generation;
  packet.seq = ++seq_;
  packet.source_seq = source.seq;
  packet.pts = packet.dts = unit.pts;
  packet.key = true;
  packet.discontinuity = source.discontinuity;
  packet.capture_trusted = source.capture_trusted;
  const absl::Duration later = absl::Seconds(1) * (unit.pts - open_->pts) / sample_rate_;
  packet.capture_time = source.capture_time + later;
  packet.arrival_time = source.arrival_time;
  packet.arrival_mono = source.arrival_mono;
  packet.payload = media::MakePayload(std::move(unit.data));
  return packet;
}

void AudioLane::Answer() {
  flow::FrameDone done = open_->done;
  done.seq = open_->packet.seq;
  open_.reset();
  context_.observer->OnFrameDone(context_.relay, done);
  context_.pipe->Send(std::move(done));
  context_.pipe->Send(flow::Credit{1});
}

void AudioLane::Abandon() {
  closed_ = true;
  const flow::FrameDone lost{.outcome = flow::FrameOutcome::kFailed, .detail = "session ended"};
  if (open_.has_value()) context_.observer->OnFrameDone(context_.relay, lost);
  for (const Item& item : waiting_) {
    if (item.track.has_value()) continue;
    context_.observer->OnQueue(-1);
    context_.observer->OnFrameDone(context_.relay, lost);
  }
  // Closing codecs takes a while: not here.
  context_.codec->Post([worker = std::move(worker_)] {});
}

}  // namespace relayfleet::transcode
