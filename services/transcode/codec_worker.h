// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/av/codec_factory.h"
#include "libs/base/clock.h"
#include "libs/flow/stages.h"
#include "libs/media/packet.h"

namespace relayfleet::transcode {

// One access unit to make.
struct CodecJob {
  media::Payload jpeg;  // null: the held picture again
  int64_t pts = 0;
  bool force_key = false;
  absl::Duration accepted;  // monotonic time at which it could have begun
};

// What became of it.
struct CodecResult {
  absl::Status status;     // why there is no `unit`
  bool bad_image = false;  // then it is the picture's fault
  bool held = false;       // the picture was decoded, and is held now
  std::optional<av::AccessUnit> unit;
  absl::Duration queued, decoded, encoded;
};

// The blocking half of a session: decodes into the held picture and encodes it. A picture that
// can't be decoded leaves the held one in place; an encoder that fails is made anew for the next
// job. Used on the session's codec strand alone.
class CodecWorker {
 public:
  // `codecs` and `clock` outlive it.
  CodecWorker(const flow::TranscodeSpec& spec, av::CodecFactory* codecs, const base::Clock* clock);

  CodecResult Run(const CodecJob& job);

 private:
  absl::Status Decode(const CodecJob& job, CodecResult& result);
  void Encode(const CodecJob& job, CodecResult& result);

  const av::VideoEncoder::Options encoder_options_;
  av::CodecFactory* const codecs_;
  const base::Clock* const clock_;
  const std::unique_ptr<av::PictureDecoder> decoder_;
  std::unique_ptr<av::VideoEncoder> encoder_;  // null: made by the next job
  av::Frame held_;
  av::Frame spare_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_
