// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/media/ticks.h"

namespace relayfleet::ingest {
namespace {

// Between two requests for a key frame: each costs a camera bits.
constexpr absl::Duration kAskInterval = absl::Milliseconds(500);

// More words about a source nobody reads.
constexpr size_t kMaxNotes = 4;

bool IsAudioTrack(const media::Track& track) {
  return media::IsAudio(track.codec) || track.channels > 0;
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
      restamper_(context_.stream.line(), context_.stream.LastTime()),
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
                notes_.clear();
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
                announcer_.Expect(video_.has_value(), false);
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
  video_.reset();
  audio_.reset();
  if (video != info.tracks.end()) video_.emplace(*video);
  if (audio != info.tracks.end()) audio_ = *audio;
  if (!video_.has_value() && !audio_.has_value()) {
    return Fail("source", absl::FailedPreconditionError("it has neither video nor audio"));
  }
  PlanAudioPath();
  if (video_.has_value() && video_->known()) PlanVideoPath();
  Tell();
}

void SourceFeed::OnPacket(media::Packet packet) {
  if (!packet.capture_trusted) packet.capture_time = packet.arrival_time;
  if (video_.has_value() && video_->track().id == packet.track) return OnVideo(std::move(packet));
  if (audio_.has_value() && audio_->id == packet.track) return OnAudio(std::move(packet));
}

void SourceFeed::OnVideo(media::Packet packet) {
  context_.monitor.OnFrameIn();
  const VideoProbe::Verdict verdict = video_->Check(packet);
  if (verdict.changed) PlanVideoPath();
  if (!verdict.pass) {
    AskKey();
    return context_.monitor.OnSourceDropped(1);
  }
  restamper_.Stamp(video_->track().clock_rate, &packet);
  CheckOrder();
  video_path_.Send(std::move(packet));
  UpdateDepth();
}

void SourceFeed::OnAudio(media::Packet packet) {
  if (!video_.has_value()) context_.monitor.OnFrameIn();
  if (audio_plan_->way == AudioPlan::Way::kNone) return;
  packet.key = true;
  restamper_.Stamp(audio_->clock_rate, &packet);
  audio_path_.Send(std::move(packet));
  UpdateDepth();
}

void SourceFeed::PlanVideoPath() {
  const media::Track& track = video_->track();
  auto plan = PlanVideo(track, reorders_, output_);
  if (!plan.ok()) return Fail("source", plan.status());
  video_plan_ = *std::move(plan);
  if (video_plan_->copy) {
    video_path_.Copy(track);
  } else {
    video_path_.Transcode(track, video_plan_->spec, context_.stream.LastDts(0));
  }
  Tell();
}

void SourceFeed::PlanAudioPath() {
  audio_plan_ = audio_.has_value() ? PlanAudio(*audio_, output_) : AudioPlan();
  const bool with_audio = audio_plan_->way != AudioPlan::Way::kNone;
  announcer_.Expect(video_.has_value(), with_audio);
  if (!with_audio) return;
  if (audio_plan_->way == AudioPlan::Way::kCopy) return audio_path_.Copy(*audio_);
  const flow::TranscodeSpec spec{.audio = audio_plan_->spec};
  const int64_t last = context_.stream.LastDts(announcer_.audio_id());
  audio_path_.Transcode(
      *audio_, spec, media::Rescale(last, audio_plan_->spec.sample_rate, media::kVideoClockRate));
}

// B-frames show late where nothing says so before.
void SourceFeed::CheckOrder() {
  if (reorders_ || !video_plan_.has_value() || !restamper_.Reorders(video_->track().id)) return;
  reorders_ = true;
  const VideoPlan before = *video_plan_;
  PlanVideoPath();
  if (!(*video_plan_ == before)) AskKey();
}

void SourceFeed::SendVideo(media::Packet packet) {
  if (packet.repeat) context_.monitor.OnRepeat();
  const uint64_t out_seq = context_.stream.next_seq();
  // Repeats never came.
  if (packet.arrival_mono > absl::ZeroDuration()) sent_.Add(out_seq, packet.arrival_mono);
  announcer_.SendVideo(std::move(packet));
  const bool held = context_.stream.next_seq() == out_seq;
  if (held) sent_.TakeBack(out_seq);
}

void SourceFeed::OnRoom(uint32_t) {
  video_path_.OnRoom();
  audio_path_.OnRoom();
  UpdateDepth();
}

void SourceFeed::OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) {
  const absl::Duration now = context_.strand->clock().Monotonic();
  sent_.End(first_out_seq, last_out_seq, [&](absl::Duration arrival) {
    context_.monitor.OnFrameEnd(PushOutcome::kWritten, now - arrival);
  });
}

void SourceFeed::OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view) {
  context_.monitor.OnSourceDropped(last_out_seq - first_out_seq + 1);
  sent_.End(first_out_seq, last_out_seq, [](absl::Duration) {});
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
  if (video_.has_value() && video_->known() && video_plan_.has_value()) {
    parts.push_back(absl::StrCat(Describe(video_->track()), ", ", video_plan_->why));
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
