// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/codec_worker.h"

#include <algorithm>
#include <utility>

#include "libs/av/jpeg_video_decoder.h"
#include "services/transcode/spec.h"

namespace relayfleet::transcode {

CodecWorker::CodecWorker(const flow::TranscodeSpec& spec, std::vector<std::string> encoders,
                         av::CodecFactory* codecs, const base::Clock* clock)
    : spec_(spec),
      codecs_(codecs),
      clock_(clock),
      decoder_(std::make_unique<av::JpegVideoDecoder>(
          codecs->NewDecoder(spec.width, spec.height, spec.fit))),
      rate_(spec.output_fps),
      skip_(spec.output_fps),
      encoders_(std::move(encoders), EncoderOptionsOf(spec), codecs) {}

CodecResult CodecWorker::Run(const CodecJob& job) {
  CodecResult result;
  result.queued = clock_->Monotonic() - job.accepted;
  if (job.kind == CodecJob::Kind::kRepeat) {
    Encode(job.min_pts, job, result);
    return result;
  }
  if (job.kind == CodecJob::Kind::kPacket) Push(job, result);
  if (job.kind == CodecJob::Kind::kTrack) coming_ = job.track;
  if (job.kind == CodecJob::Kind::kTrack || job.kind == CodecJob::Kind::kFinish) {
    if (decoder_ != nullptr) decoder_->Finish();
  }
  NextPicture(job, result);
  if (!result.more && coming_.has_value()) {
    const absl::Status opened = OpenTrack(*std::exchange(coming_, std::nullopt));
    result.fatal = !opened.ok();
    result.status.Update(opened);
  }
  return result;
}

void CodecWorker::Push(const CodecJob& job, CodecResult& result) {
  const absl::Duration begin = clock_->Monotonic();
  if (spec_.output_fps > 0 && job.packet.payload != nullptr && codec_ != media::Codec::kJpeg) {
    skip_.OnPacket(IsNonReference(codec_, *job.packet.payload), job.packet.dts);
    decoder_->SkipNonReference(skip_.skipping() && !job.packet.decode_only);
  }
  result.status = decoder_->Push(job.packet);
  result.bad_image = !result.status.ok();
  result.decoded += clock_->Monotonic() - begin;
}

// The next picture that is to be shown.
std::optional<media::Packet> CodecWorker::NextWanted() {
  while (auto picture = decoder_->Next()) {
    const bool reduce = spec_.output_fps > 0 || codec_ != media::Codec::kJpeg;
    if (!picture->decode_only && (!reduce || rate_.Keep(picture->pts))) return picture;
  }
  return std::nullopt;
}

void CodecWorker::NextPicture(const CodecJob& job, CodecResult& result) {
  const absl::Duration begin = clock_->Monotonic();
  if (!next_.has_value()) next_ = NextWanted();
  if (!next_.has_value()) return;
  const media::Packet picture = *std::exchange(next_, std::nullopt);
  const absl::Status taken = decoder_->Take(spare_);
  result.decoded += clock_->Monotonic() - begin;
  if (taken.ok()) {
    std::swap(held_, spare_);
    result.picture = picture;
    Encode(std::max(picture.pts, job.min_pts), job, result);
  } else {
    result.status = taken;
    result.bad_image = absl::IsInvalidArgument(taken);
  }
  next_ = NextWanted();
  result.more = next_.has_value();
}

void CodecWorker::Encode(int64_t pts, const CodecJob& job, CodecResult& result) {
  const absl::Duration begin = clock_->Monotonic();
  result.tried_encoding = true;
  absl::StatusOr<av::AccessUnit> unit = encoders_.Encode(held_, pts, job.force_key);
  result.encoded = clock_->Monotonic() - begin;
  result.changed = encoders_.TakeChange();
  if (unit.ok()) {
    result.unit = *std::move(unit);
  } else {
    result.status = unit.status();
  }
}

absl::Status CodecWorker::OpenTrack(const media::Track& track) {
  codec_ = track.codec;
  if (codec_ == media::Codec::kJpeg) {
    decoder_ = std::make_unique<av::JpegVideoDecoder>(
        codecs_->NewDecoder(spec_.width, spec_.height, spec_.fit));
    return absl::OkStatus();
  }
  auto decoder = codecs_->NewVideoDecoder(
      track, {.width = spec_.width, .height = spec_.height, .fit = spec_.fit});
  if (!decoder.ok()) return decoder.status();
  decoder_ = *std::move(decoder);
  return absl::OkStatus();
}

}  // namespace relayfleet::transcode
