// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/media/jpeg_header.h"
#include "libs/media/ticks.h"

namespace relayfleet::ingest {
namespace {

// Between two requests for a key frame: each costs a camera bits.
constexpr absl::Duration kAskInterval = absl::Milliseconds(500);

// More words about a source nobody reads.
constexpr size_t kMaxNotes = 4;

bool HasParameterSets(media::Codec codec) {
  return codec == media::Codec::kH264 || codec == media::Codec::kH265;
}

bool IsAudioTrack(const media::Track& track) {
  return media::IsAudio(track.codec) || track.channels > 0;
}

// Clockwise turn that EXIF asks for.
int RotationOf(int orientation) {
  if (orientation == 3) return 180;
  if (orientation == 6) return 90;
  return orientation == 8 ? 270 : 0;
}

}  // namespace

std::unique_ptr<SourceFeed> SourceFeed::OfSource(FeedContext context, Options options,
                                                 std::unique_ptr<Source> source, Handler handler) {
  return std::unique_ptr<SourceFeed>(new SourceFeed(
      std::move(context), std::move(options), std::move(handler), std::move(source), nullptr));
}

std::unique_ptr<SourceFeed> SourceFeed::OfPushedUnits(FeedContext context, Options options,
                                                      Handler handler) {
  auto source = std::make_unique<UnitSource>();
  UnitSource* const pushed = source.get();
  return std::unique_ptr<SourceFeed>(new SourceFeed(std::move(context), std::move(options),
                                                    std::move(handler), std::move(source), pushed));
}

SourceFeed::SourceFeed(FeedContext context, Options options, Handler handler,
                       std::unique_ptr<Source> source, UnitSource* pushed)
    : context_(std::move(context)),
      output_(std::move(options.output)),
      handler_(std::move(handler)),
      pushed_(pushed),
      restamper_(context_.stream.line()),
      announcer_(context_.strand, context_.stream,
                 [this](uint64_t packets) { context_.monitor.OnSourceDropped(packets); }),
      video_path_(context_, TrackPath::Kind::kVideo, VideoHandler()),
      audio_path_(context_, TrackPath::Kind::kAudio, AudioHandler()),
      supervisor_(context_.strand, std::move(source), {.stall_after = options.stall_after},
                  SourceRetry(base::Backoff({})), SupervisorHandler()) {}

SourceSupervisor::Handler SourceFeed::SupervisorHandler() {
  return {.on_attempt =
              [this](int attempt) {
                restamper_.Restart();
                context_.monitor.OnSourceAttempt(attempt);
              },
          .on_up =
              [this] {
                context_.monitor.OnSourceUp();
                context_.observer.OnStageUp(context_.key, "source", supervisor_.name());
              },
          .on_down = [this](const absl::Status& why,
                            absl::Duration retry_in) { OnSourceDown(why, retry_in); },
          .on_finished = [this] { OnSourceFinished(); },
          .on_info = [this](const media::StreamInfo& info) { OnInfo(info); },
          .on_packet = [this](media::Packet packet) { OnPacket(std::move(packet)); },
          .on_lost = [this](uint64_t packets) { context_.monitor.OnSourceLost(packets); },
          .on_note =
              [this](std::string note) {
                if (notes_.size() < kMaxNotes) notes_.insert(std::move(note));
                Tell();
              }};
}

TrackPath::Handler SourceFeed::VideoHandler() {
  return {.on_track = [this](media::Track track) { announcer_.SetVideo(std::move(track)); },
          .on_packet = [this](media::Packet packet) { SendVideo(std::move(packet)); },
          .on_dropped = [this](uint64_t packets) { context_.monitor.OnSourceDropped(packets); },
          .on_need_key = [this] { AskKey(); },
          .on_failed = [this](const absl::Status& why) { Fail("transcode", why); }};
}

TrackPath::Handler SourceFeed::AudioHandler() {
  return {.on_track = [this](media::Track track) { announcer_.SetAudio(std::move(track)); },
          .on_packet = [this](media::Packet packet) { announcer_.SendAudio(std::move(packet)); },
          .on_dropped = [this](uint64_t packets) { context_.monitor.OnSourceDropped(packets); },
          .on_need_key = [] {},
          // The picture is worth more than the sound.
          .on_failed =
              [this](const absl::Status& why) {
                audio_plan_ = AudioPlan{.why = absl::StrCat("left out: ", why.message())};
                announcer_.Expect(video_id_.has_value(), false);
                Tell();
              }};
}

void SourceFeed::Stop(absl::string_view) {
  supervisor_.Stop();
  video_path_.Stop();
  audio_path_.Stop();
}

void SourceFeed::Offer(Push push) {
  push.done({PushOutcome::kFailed, "the relay's source is not pushed pictures",
             context_.strand->clock().Monotonic() - push.arrival_mono});
}

void SourceFeed::OfferUnit(UnitPush push) {
  if (pushed_ == nullptr) return push.done(UnitOutcome::kNoSuchUse);
  pushed_->Offer(std::move(push));
}

void SourceFeed::Fail(absl::string_view what, const absl::Status& why) {
  handler_.on_failed(absl::StrCat(what, ": ", why.message()));
}

void SourceFeed::OnSourceDown(const absl::Status& why, absl::Duration retry_in) {
  context_.observer.OnStageDown(context_.key, "source", why.message(), retry_in);
  if (retry_in == absl::InfiniteDuration()) return Fail("source", why);
  context_.monitor.OnSourceDown(why.message(), retry_in);
}

void SourceFeed::OnSourceFinished() {
  video_path_.Finish([this] { audio_path_.Finish([this] { handler_.on_finished(); }); });
}

void SourceFeed::OnInfo(const media::StreamInfo& info) {
  const auto video = std::find_if_not(info.tracks.begin(), info.tracks.end(), IsAudioTrack);
  const auto audio = std::find_if(info.tracks.begin(), info.tracks.end(), IsAudioTrack);
  video_id_.reset();
  audio_.reset();
  gate_.reset();
  if (video != info.tracks.end()) video_id_ = video->id;
  if (audio != info.tracks.end()) audio_ = *audio;
  if (!video_id_.has_value() && !audio_.has_value()) {
    return Fail("source", absl::FailedPreconditionError("it has neither video nor audio"));
  }
  PlanAudioPath();
  const bool with_audio = audio_plan_.has_value() && audio_plan_->way != AudioPlan::Way::kNone;
  announcer_.Expect(video_id_.has_value(), with_audio);
  if (!video_id_.has_value()) return Tell();
  video_ = *video;
  if (HasParameterSets(video->codec)) {
    gate_.emplace(*video);
  } else if (video->codec != media::Codec::kJpeg) {
    SetVideo(*video);
  }
}

void SourceFeed::OnPacket(media::Packet packet) {
  if (video_id_ == packet.track) return OnVideo(std::move(packet));
  if (audio_.has_value() && audio_->id == packet.track) return OnAudio(std::move(packet));
}

void SourceFeed::OnVideo(media::Packet packet) {
  context_.monitor.OnFrameIn();
  if (!PassesGate(packet)) return context_.monitor.OnSourceDropped(1);
  if (!packet.capture_trusted) packet.capture_time = packet.arrival_time;
  restamper_.Stamp(video_->clock_rate, &packet);
  CheckOrder();
  video_path_.Send(std::move(packet));
  UpdateDepth();
}

bool SourceFeed::PassesGate(const media::Packet& packet) {
  if (gate_.has_value()) {
    const auto verdict = gate_->Check(*packet.payload, packet.key, packet.discontinuity);
    if (verdict.info.has_value()) SetVideo(verdict.info->tracks[0]);
    if (!verdict.pass) AskKey();
    return verdict.pass;
  }
  if (video_->codec == media::Codec::kJpeg && !video_plan_.has_value()) {
    const auto header = media::ParseJpegHeader(*packet.payload);
    if (!header.ok()) return false;
    media::Track track = *video_;
    track.width = header->width;
    track.height = header->height;
    if (track.rotation == 0) track.rotation = RotationOf(header->orientation);
    SetVideo(track);
  }
  return true;
}

void SourceFeed::OnAudio(media::Packet packet) {
  if (!video_id_.has_value()) context_.monitor.OnFrameIn();
  if (audio_plan_->way == AudioPlan::Way::kNone) return;
  packet.key = true;
  if (!packet.capture_trusted) packet.capture_time = packet.arrival_time;
  restamper_.Stamp(audio_->clock_rate, &packet);
  audio_path_.Send(std::move(packet));
  UpdateDepth();
}

void SourceFeed::SetVideo(const media::Track& track) {
  video_ = track;
  PlanVideoPath();
}

void SourceFeed::PlanVideoPath() {
  auto plan = PlanVideo(*video_, reorders_, output_);
  if (!plan.ok()) return Fail("source", plan.status());
  video_plan_ = *std::move(plan);
  if (video_plan_->copy) {
    video_path_.Copy(*video_);
  } else {
    video_path_.Transcode(*video_, video_plan_->spec, context_.stream.LastDts(0));
  }
  Tell();
}

void SourceFeed::PlanAudioPath() {
  audio_plan_.reset();
  if (!audio_.has_value()) return;
  audio_plan_ = PlanAudio(*audio_, output_);
  if (audio_plan_->way == AudioPlan::Way::kNone) return;
  announcer_.Expect(video_id_.has_value(), true);
  if (audio_plan_->way == AudioPlan::Way::kCopy) return audio_path_.Copy(*audio_);
  const flow::TranscodeSpec spec{.audio = audio_plan_->spec};
  const int64_t last = context_.stream.LastDts(announcer_.audio_id());
  audio_path_.Transcode(
      *audio_, spec, media::Rescale(last, audio_plan_->spec.sample_rate, media::kVideoClockRate));
}

// B-frames show late where nothing says so before.
void SourceFeed::CheckOrder() {
  if (reorders_ || !video_plan_.has_value() || !restamper_.Reorders(*video_id_)) return;
  reorders_ = true;
  const VideoPlan before = *video_plan_;
  PlanVideoPath();
  if (!(*video_plan_ == before)) AskKey();
}

void SourceFeed::SendVideo(media::Packet packet) {
  if (packet.repeat) context_.monitor.OnRepeat();
  const uint64_t out_seq = context_.stream.next_seq();
  sent_.push_back({out_seq, packet.arrival_mono});
  announcer_.SendVideo(std::move(packet));
  // Held, not sent.
  if (context_.stream.next_seq() == out_seq && !sent_.empty()) sent_.pop_back();
}

void SourceFeed::OnRoom(uint32_t) {
  video_path_.OnRoom();
  audio_path_.OnRoom();
  UpdateDepth();
}

void SourceFeed::OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) {
  const absl::Duration now = context_.strand->clock().Monotonic();
  while (!sent_.empty() && sent_.front().out_seq <= last_out_seq) {
    const Sent sent = sent_.front();
    sent_.pop_front();
    // Repeats never came.
    const bool came = sent.arrival > absl::ZeroDuration();
    if (came && sent.out_seq >= first_out_seq) {
      context_.monitor.OnFrameEnd(PushOutcome::kWritten, now - sent.arrival);
    }
  }
}

void SourceFeed::OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view) {
  context_.monitor.OnSourceDropped(last_out_seq - first_out_seq + 1);
  while (!sent_.empty() && sent_.front().out_seq <= last_out_seq) sent_.pop_front();
}

void SourceFeed::OnNeedKey(flow::NeedKeyReason reason) {
  if (video_path_.ForceIdr()) return;
  // A camera has key frames of its own; for readers that can't be seen it is not troubled.
  if (reason != flow::NeedKeyReason::kPeriodic) AskKey();
}

void SourceFeed::AskKey() {
  const absl::Duration now = context_.strand->clock().Monotonic();
  if (now - last_ask_ < kAskInterval) return;
  last_ask_ = now;
  supervisor_.AskKey();
}

// Puts into words what comes in and what is done with it.
void SourceFeed::Tell() {
  std::vector<std::string> parts;
  if (video_.has_value() && video_plan_.has_value()) {
    parts.push_back(absl::StrCat(Describe(*video_), ", ", video_plan_->why));
  }
  if (audio_.has_value() && audio_plan_.has_value()) {
    parts.push_back(absl::StrCat(Describe(*audio_), ", ", audio_plan_->why));
  }
  parts.insert(parts.end(), notes_.begin(), notes_.end());
  context_.monitor.OnSourceInfo(absl::StrJoin(parts, "; "));
}

void SourceFeed::UpdateDepth() {
  depth_.store(video_path_.waiting() + audio_path_.waiting(), std::memory_order_relaxed);
}

}  // namespace relayfleet::ingest
