// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/frames_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {
namespace {

// Output packets that may wait here for publish.
constexpr int kOutputCredits = 8;

// A capture time further from the arrival than this comes from a clock that is wrong.
constexpr absl::Duration kMaxCaptureOffset = absl::Seconds(5);

bool IsPlausible(const Push& push) {
  return push.capture_time.has_value() &&
         absl::AbsDuration(*push.capture_time - push.arrival_time) <= kMaxCaptureOffset;
}

media::Packet ToPacket(const Push& push, uint64_t seq, int64_t pts) {
  const bool trusted = IsPlausible(push);
  return {.seq = seq,
          .pts = pts,
          .dts = pts,
          .key = true,
          .capture_time = trusted ? *push.capture_time : push.arrival_time,
          .capture_trusted = trusted,
          .arrival_time = push.arrival_time,
          .arrival_mono = push.arrival_mono,
          .payload = push.jpeg};
}

// Tells the monitor and the observer of each picture's end.
class FrameEnds final : public FrameLedger::Observer {
 public:
  explicit FrameEnds(const FeedContext& context) : context_(context) {}
  void OnFrameEnd(PushOutcome outcome, absl::Duration latency) override {
    context_.monitor.OnFrameEnd(outcome, latency);
    context_.observer.OnFrame(context_.key, outcome, latency);
  }

 private:
  const FeedContext& context_;
};

}  // namespace

FramesFeed::FramesFeed(FeedContext context, const Options& options, Handler handler)
    : context_(std::move(context)),
      handler_(std::move(handler)),
      ends_(std::make_unique<FrameEnds>(context_)),
      pacer_(options.max_fps),
      ledger_(context_.strand->clock(), *ends_),
      transcode_(context_.strand, context_.transcode,
                 {.relay = context_.key,
                  .epoch = context_.epoch,
                  .spec = options.spec,
                  .last_out_pts = context_.stream.LastDts(0),
                  .last = std::exchange(context_.last_picture, std::nullopt),
                  .silence = StallAfter(options.spec)},
                 TranscodeHandler()) {}

absl::Duration FramesFeed::StallAfter(const flow::TranscodeSpec& spec) {
  return std::max(absl::Seconds(2), absl::Seconds(3) / spec.fill_fps);
}

void FramesFeed::Start() { transcode_.Start(); }

void FramesFeed::Stop(absl::string_view why) {
  ended_ = std::string(why);
  transcode_.Stop();
  context_.last_picture = transcode_.last();
  // Its number is free again.
  if (context_.last_picture.has_value()) context_.last_picture->seq = 0;
  ledger_.DropAll(why);
}

TranscodeLink::Handler FramesFeed::TranscodeHandler() {
  return {
      .on_info =
          [this](media::StreamInfo info) { context_.stream.SetTracks(std::move(info.tracks)); },
      .on_packet = [this](media::Packet packet) { OnPacket(std::move(packet)); },
      .on_done = [this](const flow::FrameDone& done) { OnFrameDone(done); },
      .on_superseded =
          [this](uint64_t seq) {
            ledger_.Drop(seq, PushOutcome::kSuperseded, "a newer picture took its place");
          },
      .on_up =
          [this](const flow::TranscodeOpened& opened) {
            context_.monitor.OnTranscodeUp(opened.encoder);
            context_.observer.OnStageUp(context_.key, "transcode", opened.encoder);
          },
      .on_encoder =
          [this](const flow::EncoderChanged& changed) {
            context_.monitor.OnTranscodeUp(changed.encoder);
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
      .stamp =
          [this] { return context_.stream.line().Stamp(context_.strand->clock().Monotonic()); },
      .room =
          [this] { return kOutputCredits - std::min(kOutputCredits, context_.stream.waiting()); }};
}

void FramesFeed::Offer(Push push) {
  if (!ended_.empty()) return Refuse(push, PushOutcome::kFailed, ended_);
  if (!pacer_.Admit(push.arrival_mono)) {
    return Refuse(push, PushOutcome::kRateLimited, "above max_fps");
  }
  context_.monitor.OnFrameIn();
  const uint64_t seq = next_seq_++;
  media::Packet packet = ToPacket(push, seq, context_.stream.line().Stamp(push.arrival_mono));
  push.jpeg = nullptr;  // the packet carries it now
  ledger_.Accept(seq, std::move(push));
  transcode_.Offer(std::move(packet));
}

void FramesFeed::OfferUnit(UnitPush push) { push.done(UnitOutcome::kNoSuchUse); }

void FramesFeed::Refuse(Push& push, PushOutcome outcome, absl::string_view detail) {
  context_.monitor.OnFrameRefused(outcome);
  context_.observer.OnFrame(context_.key, outcome, absl::ZeroDuration());
  context_.observer.OnRefused(context_.key, push.request, outcome, detail);
  push.done(
      {outcome, std::string(detail), context_.strand->clock().Monotonic() - push.arrival_mono});
}

void FramesFeed::OnPacket(media::Packet packet) {
  if (!ledger_.Encoded(packet.source_seq, context_.stream.next_seq())) {
    context_.monitor.OnRepeat();
  }
  context_.stream.Send(std::move(packet));
}

void FramesFeed::OnFrameDone(const flow::FrameDone& done) {
  context_.observer.OnStageTimes(done);
  switch (done.outcome) {
    case flow::FrameOutcome::kEncoded:
      return;  // its packet went before
    case flow::FrameOutcome::kBadImage:
      return ledger_.Drop(done.seq, PushOutcome::kBadImage, done.detail);
    case flow::FrameOutcome::kSuperseded:
      return ledger_.Drop(done.seq, PushOutcome::kSuperseded, done.detail);
    case flow::FrameOutcome::kFailed:
    case flow::FrameOutcome::kDecoded:  // never of a picture that is to be seen
      return ledger_.Drop(done.seq, PushOutcome::kFailed, done.detail);
  }
}

void FramesFeed::OnDown(const absl::Status& why, absl::Duration retry_in) {
  if (retry_in == absl::InfiniteDuration()) {
    ended_ = absl::StrCat("transcode: ", why.message());
    ledger_.DropAll(ended_);
  } else {
    context_.monitor.OnStageDown("transcode", why.message(), retry_in);
  }
  context_.observer.OnStageDown(context_.key, "transcode", why.message(), retry_in);
  if (!ended_.empty()) handler_.on_failed(ended_);
}

void FramesFeed::OnRoom(uint32_t packets) { transcode_.GrantOutput(packets); }

void FramesFeed::OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) {
  ledger_.Written(first_out_seq, last_out_seq);
}

void FramesFeed::OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view why) {
  ledger_.DropEncoded(first_out_seq, last_out_seq, why);
}

void FramesFeed::OnNeedKey(flow::NeedKeyReason) { transcode_.ForceIdr(); }

}  // namespace relayfleet::ingest
