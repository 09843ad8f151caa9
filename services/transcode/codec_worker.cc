// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/codec_worker.h"

#include <utility>

#include "services/transcode/spec.h"

namespace relayfleet::transcode {

CodecWorker::CodecWorker(const flow::TranscodeSpec& spec, av::CodecFactory* codecs,
                         const base::Clock* clock)
    : encoder_options_(EncoderOptionsOf(spec)),
      codecs_(codecs),
      clock_(clock),
      decoder_(codecs->NewDecoder(spec.width, spec.height)) {}

CodecResult CodecWorker::Run(const CodecJob& job) {
  CodecResult result;
  result.queued = clock_->Monotonic() - job.accepted;
  if (job.jpeg != nullptr) result.status = Decode(job, result);
  if (result.status.ok()) Encode(job, result);
  return result;
}

absl::Status CodecWorker::Decode(const CodecJob& job, CodecResult& result) {
  const absl::Duration begin = clock_->Monotonic();
  const absl::Status decoded = decoder_->Decode(*job.jpeg, spare_);
  result.decoded = clock_->Monotonic() - begin;
  if (decoded.ok()) std::swap(held_, spare_);
  result.held = decoded.ok();
  result.bad_image = absl::IsInvalidArgument(decoded);
  return decoded;
}

void CodecWorker::Encode(const CodecJob& job, CodecResult& result) {
  const absl::Duration begin = clock_->Monotonic();
  if (encoder_ == nullptr) {
    auto made = codecs_->NewEncoder(encoder_options_);
    if (!made.ok()) {
      result.status = made.status();
      return;
    }
    encoder_ = *std::move(made);
  }
  absl::StatusOr<av::AccessUnit> unit = encoder_->Encode(held_, job.pts, job.force_key);
  result.encoded = clock_->Monotonic() - begin;
  if (unit.ok()) {
    result.unit = *std::move(unit);
  } else {
    result.status = unit.status();
    encoder_ = nullptr;
  }
}

}  // namespace relayfleet::transcode
