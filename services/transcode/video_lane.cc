// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/video_lane.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace relayfleet::transcode {
namespace {

// What a decoder must be made anew for.
media::Track DecodedAs(media::Track track) {
  track.id = 0;
  track.width = track.height = 0;
  track.fps = 0;
  // Each JPEG says all of itself.
  if (track.codec == media::Codec::kJpeg) return {.codec = media::Codec::kJpeg};
  return track;
}

// Repeats come no faster than pictures are meant to.
double FillRate(const flow::TranscodeSpec& spec) {
  return spec.output_fps > 0 ? std::min<double>(spec.fill_fps, spec.output_fps) : spec.fill_fps;
}

flow::FrameOutcome OutcomeOf(const CodecResult& result) {
  if (result.status.ok()) return flow::FrameOutcome::kDecoded;
  return result.bad_image ? flow::FrameOutcome::kBadImage : flow::FrameOutcome::kFailed;
}

}  // namespace

VideoLane::VideoLane(Context context, const flow::TranscodeOpen& open,
                     std::vector<std::string> encoders)
    : context_(std::move(context)),
      repeats_(!open.spec.no_repeats),
      worker_(std::make_shared<CodecWorker>(open.spec, std::move(encoders), context_.codecs,
                                            &context_.codec->clock())),
      pacing_(FillRate(open.spec), open.last_out_pts),
      output_(open.spec.width, open.spec.height) {}

void VideoLane::OnMedia(media::Message message) {
  if (const auto* info = std::get_if<media::StreamInfo>(&message)) {
    OnInfo(*info);
  } else if (auto* packet = std::get_if<media::Packet>(&message)) {
    OnPacket(std::move(*packet));
  }  // A Gap needs no answer: decoders go on, or wait for a key frame.
}

void VideoLane::OnInfo(const media::StreamInfo& info) {
  absl::Status fits = CheckTracks(info, /*audio=*/false);
  if (!fits.ok()) return context_.end(std::move(fits));
  media::Track track = DecodedAs(info.tracks[0]);
  if (track == track_) return;
  track_ = track;
  waiting_.Put(std::move(track));
  Work();
}

void VideoLane::OnPacket(media::Packet packet) {
  context_.observer->OnFrameIn(packet.payload == nullptr ? 0 : packet.payload->size());
  context_.observer->OnQueue(1);
  if (packet.payload == nullptr) packet.payload = media::MakePayload("");
  if (auto older = waiting_.Put(Input{std::move(packet), Now()})) {
    context_.observer->OnQueue(-1);
    Answer(older->packet, {.outcome = flow::FrameOutcome::kSuperseded,
                           .detail = "a newer picture came before there was room for it",
                           .queued = Now() - older->arrival});
  }
  if (waiting_.overrun()) {
    return context_.end(absl::ResourceExhaustedError("more packets than credits"));
  }
  Work();
}

void VideoLane::OnCredit(uint32_t packets) {
  output_credits_ += packets;
  Work();
}

void VideoLane::OnForceIdr() {
  pacing_.AskKey();
  Work();
}

void VideoLane::OnEnd() {
  ending_ = true;
  Work();
}

// Begins what is most urgent, if the codec is free: a picture, a key frame, a repeat.
void VideoLane::Work() {
  if (closed_ || running_.has_value()) return;
  if (ending_ && waiting_.empty() && !more_) return Finish();
  if (output_credits_ == 0) return;
  if (more_) return Submit({.kind = CodecJob::Kind::kMore, .accepted = Now()});
  if (!waiting_.empty()) return BeginNext();
  if (!held_.has_value()) return;
  const absl::Duration now = Now();
  if (pacing_.KeyDue(now)) return EncodeAgain(true);
  if (repeats_ && pacing_.RepeatDue(now)) return EncodeAgain(pacing_.key_wanted());
  ArmTimer();
}

// Lets out what the decoder still holds, then ends.
void VideoLane::Finish() {
  if (finished_ || track_.codec == media::Codec::kJpeg) return context_.end(absl::OkStatus());
  if (output_credits_ == 0) return;
  finished_ = true;
  Submit({.kind = CodecJob::Kind::kFinish, .accepted = Now()});
}

void VideoLane::BeginNext() {
  InputQueue::Item item = waiting_.Take();
  if (auto* track = std::get_if<media::Track>(&item)) {
    return Submit({.kind = CodecJob::Kind::kTrack, .track = std::move(*track), .accepted = Now()});
  }
  Input& input = std::get<Input>(item);
  CodecJob job{.packet = input.packet, .accepted = input.arrival};
  open_ = Open{.input = std::move(input)};
  open_->input.packet.payload = nullptr;
  Submit(std::move(job));
}

void VideoLane::EncodeAgain(bool force_key) {
  const absl::Duration now = Now();
  CodecJob job{.kind = CodecJob::Kind::kRepeat, .force_key = force_key, .accepted = now};
  job.min_pts = pacing_.StampRepeat(now);
  Submit(std::move(job));
}

void VideoLane::Submit(CodecJob job) {
  if (job.kind != CodecJob::Kind::kRepeat) {
    job.min_pts = pacing_.next_pts();
    job.force_key = pacing_.key_wanted();
  }
  running_ = Running{.kind = job.kind, .force_key = job.force_key};
  context_.codec->Post([this, session = context_.session, worker = worker_,
                        control = context_.control, observer = context_.observer,
                        job = std::move(job)] {
    if (job.kind == CodecJob::Kind::kPacket) observer->OnQueue(-1);
    control->Post([this, session, result = worker->Run(job)]() mutable {
      if (const auto alive = session.lock()) OnResult(std::move(result));
    });
  });
}

void VideoLane::OnResult(CodecResult result) {
  if (closed_) return;
  const flow::Together together(*context_.pipe);
  const Running running = *std::exchange(running_, std::nullopt);
  const bool repeat = running.kind == CodecJob::Kind::kRepeat;
  if (running.force_key && result.tried_encoding) pacing_.OnKeyTried(Now());
  if (result.picture.has_value()) Hold(*result.picture);
  if (result.changed.has_value()) {
    output_.OnEncoderChanged();
    context_.observer->OnEncoderChanged(context_.relay, *result.changed);
    context_.pipe->Send(*std::move(result.changed));
  }
  if (repeat && !result.unit.has_value()) {
    context_.observer->OnRepeatFailed(context_.relay, result.status);
  }
  if (result.unit.has_value()) SendUnit(*std::move(result.unit), repeat);
  if (!repeat) {
    more_ = result.more;
    Account(result);
  }
  if (result.fatal) return context_.end(std::move(result.status));
  Work();
}

// The picture came out, now: silence is counted from here.
void VideoLane::Hold(const media::Packet& picture) {
  held_ = Input{picture, open_.has_value() ? open_->input.arrival : Now()};
  pacing_.OnPicture(held_->arrival, picture.pts);
}

// Adds a step to the answer for the packet, and gives it after the last one.
void VideoLane::Account(const CodecResult& result) {
  if (!open_.has_value()) return;
  flow::FrameDone& done = open_->done;
  const bool own = result.picture.has_value() && result.picture->seq == open_->input.packet.seq;
  if (done.outcome != flow::FrameOutcome::kEncoded) {
    const bool encoded = own && result.status.ok();
    done.outcome = encoded ? flow::FrameOutcome::kEncoded : OutcomeOf(result);
    done.detail = std::string(result.status.message());
  }
  done.queued += result.queued;
  done.decoded += result.decoded;
  done.encoded += result.encoded;
  if (more_) return;
  const Open open = *std::exchange(open_, std::nullopt);
  Answer(open.input.packet, open.done);
}

void VideoLane::SendUnit(av::AccessUnit unit, bool repeat) {
  pacing_.OnStamped(unit.pts);
  if (unit.key) pacing_.OnKey();
  if (auto info = output_.Describe(unit)) context_.pipe->Send(media::Message(*std::move(info)));
  media::Packet packet = output_.Wrap(std::move(unit), held_->packet, repeat);
  --output_credits_;
  context_.observer->OnFrameOut(packet.payload->size(), packet.key, packet.repeat);
  context_.pipe->Send(media::Message(std::move(packet)));
}

// Answers for one packet.
void VideoLane::Answer(const media::Packet& packet, flow::FrameDone done) {
  done.seq = packet.seq;
  context_.observer->OnFrameDone(context_.relay, done);
  context_.pipe->Send(std::move(done));
  context_.pipe->Send(flow::Credit{1});
}

void VideoLane::ArmTimer() {
  const absl::Duration due = repeats_ ? pacing_.next_due() : pacing_.key_due();
  if (timer_due_ <= due) return;  // It looks again when it fires.
  timer_due_ = due;
  timer_ = context_.control->After(due - Now(), [this, session = context_.session] {
    const auto alive = session.lock();
    if (alive == nullptr) return;
    timer_due_ = absl::InfiniteDuration();
    Work();
  });
}

void VideoLane::Abandon() {
  closed_ = true;
  timer_.Cancel();
  const flow::FrameDone lost{.outcome = flow::FrameOutcome::kFailed, .detail = "session ended"};
  if (open_.has_value()) context_.observer->OnFrameDone(context_.relay, lost);
  for (int i = 0; i < waiting_.packets(); ++i) {
    context_.observer->OnQueue(-1);
    context_.observer->OnFrameDone(context_.relay, lost);
  }
  // Closing codecs takes a while: not here.
  context_.codec->Post([worker = std::move(worker_)] {});
}

}  // namespace relayfleet::transcode
