// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_
#define RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/av/codec_factory.h"
#include "libs/base/clock.h"
#include "libs/flow/stages.h"
#include "libs/media/stream.h"
#include "services/transcode/encoder_chain.h"
#include "services/transcode/rate_reducer.h"
#include "services/transcode/skip_policy.h"

namespace relayfleet::transcode {

// One step of decoding and encoding.
struct CodecJob {
  enum class Kind {
    kPacket,  // decode `packet`
    kMore,    // the next picture of what was decoded already
    kRepeat,  // the held picture again
    kTrack,   // packets of `track` follow; what the decoder still holds comes out first
    kFinish,  // no packet follows: what the decoder still holds
  };
  Kind kind = Kind::kPacket;
  media::Packet packet;
  media::Track track;
  int64_t min_pts = 0;  // of what comes out; a repeat has this one
  bool force_key = false;
  absl::Duration accepted;  // monotonic time at which it could have begun
};

// What became of it.
struct CodecResult {
  absl::Status status;     // why there is no `unit`, if there should be one
  bool bad_image = false;  // then it is the packet's fault
  bool fatal = false;      // then no packet of the track can be decoded
  // The picture that is held now: its packet, without payload.
  std::optional<media::Packet> picture;
  std::optional<av::AccessUnit> unit;
  bool tried_encoding = false;
  std::optional<flow::EncoderChanged> changed;  // before `unit`
  bool more = false;                            // kMore has another picture
  absl::Duration queued, decoded, encoded;
};

// The blocking half of a session's video:
//
//   packet ─► decoder ─► rate reducer ─► scale, hold ─► encoder ─► access unit
//
// Each step makes one access unit at most. A picture that can't be decoded leaves the held one in
// place. Used on the session's codec strand alone.
class CodecWorker {
 public:
  // `encoders`: in order of preference. `codecs` and `clock` outlive it.
  CodecWorker(const flow::TranscodeSpec& spec, std::vector<std::string> encoders,
              av::CodecFactory* codecs, const base::Clock* clock);

  CodecResult Run(const CodecJob& job);

 private:
  void Push(const CodecJob& job, CodecResult& result);
  void NextPicture(const CodecJob& job, CodecResult& result);
  std::optional<media::Packet> NextWanted();
  absl::Status Take(CodecResult& result);
  void Encode(int64_t pts, const CodecJob& job, CodecResult& result);
  absl::Status OpenTrack(const media::Track& track);

  const flow::TranscodeSpec spec_;
  av::CodecFactory* const codecs_;
  const base::Clock* const clock_;
  media::Codec codec_ = media::Codec::kJpeg;
  std::unique_ptr<av::VideoDecoder> decoder_;
  std::optional<media::Packet> next_;   // the picture that the decoder stands at
  std::optional<media::Track> coming_;  // once the decoder is empty
  RateReducer rate_;
  SkipPolicy skip_;
  EncoderChain encoders_;
  av::Frame held_;
  av::Frame spare_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_CODEC_WORKER_H_
