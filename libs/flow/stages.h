// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_STAGES_H_
#define RELAYFLEET_LIBS_FLOW_STAGES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/flow/pipe.h"
#include "libs/media/encoding.h"
#include "libs/media/stream.h"

// What ingest says to transcode and publish, and what they say back: transcode/v1 and publish/v1
// as plain values. The protos' comments are the contract; libs/rpc converts.
namespace relayfleet::flow {

// Room for further packets: adds to what was granted before.
struct Credit {
  uint32_t packets = 0;
};
// This instance goes away: open a session elsewhere.
struct Draining {};

// --- transcode -----------------------------------------------------------------------------------

// Audio to be made.
struct AudioSpec {
  media::Codec codec = media::Codec::kAac;  // or kOpus
  int bitrate_kbps = 96;
  int sample_rate = 44100;  // Opus: 48000
  int channels = 2;

  friend bool operator==(const AudioSpec&, const AudioSpec&) = default;
};

struct TranscodeSpec {
  int width = 1280;  // pixels, even
  int height = 720;
  int fill_fps = 5;  // repeats of the last picture per second of silence
  int max_fps = 30;  // what rate control plans for
  int bitrate_kbps = 2000;
  absl::Duration gop = absl::Seconds(2);
  media::Fit fit = media::Fit::kContain;
  double output_fps = 0;  // pictures above it are dropped before they are encoded; 0: none
  media::Profile profile = media::Profile::kBaseline;
  std::vector<std::string> encoders;  // to be tried first, by libav's names
  std::optional<AudioSpec> audio;     // set: makes audio and nothing else
  bool no_repeats = false;            // of the last picture, while the source is silent

  friend bool operator==(const TranscodeSpec&, const TranscodeSpec&) = default;
};

struct TranscodeOpen {
  std::string relay;
  std::string session_id;
  uint64_t epoch = 0;
  TranscodeSpec spec;
  int64_t last_out_pts = 0;  // 90 kHz; all output is later
};
struct ForceIdr {};
struct End {};
using TranscodeUp = std::variant<TranscodeOpen, media::Message, ForceIdr, Credit, End>;

// kDecoded: as far as needed, and meant to make no output (transcode/v1).
enum class FrameOutcome { kEncoded, kBadImage, kFailed, kSuperseded, kDecoded };

struct TranscodeOpened {
  std::string instance;
  std::string encoder;
};
// Follows each input frame, after its output if it made one.
struct FrameDone {
  uint64_t seq = 0;
  FrameOutcome outcome = FrameOutcome::kFailed;
  std::string detail;
  absl::Duration queued, decoded, encoded;
};
// A StreamInfo and a key frame follow.
struct EncoderChanged {
  std::string encoder;
  std::string reason;  // what the one before failed with
};
using TranscodeDown =
    std::variant<TranscodeOpened, media::Message, FrameDone, Credit, Draining, EncoderChanged>;

// --- publish -------------------------------------------------------------------------------------

struct PublishOpen {
  std::string path;
  std::optional<base::SecretUrl> mediamtx_url;  // none: the service's own
  std::string session_id;
  uint64_t epoch = 0;
  absl::Duration linger = absl::Seconds(8);
};
struct PublishClose {
  bool handover = false;
};
using PublishUp = std::variant<PublishOpen, media::Message, PublishClose>;

enum class NeedKeyReason { kConnected, kReader, kLoss, kPeriodic };

// Packets of one track: all that publish got from `first_dts` to `last_dts` are written.
struct WrittenRun {
  int64_t first_dts = 0;
  int64_t last_dts = 0;

  friend bool operator==(const WrittenRun&, const WrittenRun&) = default;
};
struct PublishOpened {
  bool resumed = false;
  std::map<uint32_t, int64_t> last_dts_by_track;  // of what is written or leaving
  std::map<uint32_t, WrittenRun> written_by_track;
  std::string instance;
};
struct WrittenThrough {
  uint64_t seq = 0;
  uint64_t dropped = 0;  // of this session, so far
};
struct NeedKey {
  NeedKeyReason reason = NeedKeyReason::kConnected;
};
struct Online {
  std::string rtsp_url;
  bool control_api = false;
};
struct Lost {
  std::string reason;
  absl::Duration retry_in;
  bool path_taken = false;
};
struct Superseded {
  uint64_t epoch = 0;
};
using PublishDown = std::variant<PublishOpened, Credit, WrittenThrough, NeedKey, Online, Lost,
                                 Superseded, Draining>;

// --- pipe ends -----------------------------------------------------------------------------------

// Held by ingest.
using ToTranscode = Pipe<TranscodeUp, TranscodeDown>;
using ToPublish = Pipe<PublishUp, PublishDown>;
// Held by the stages.
using TranscodePipe = Pipe<TranscodeDown, TranscodeUp>;
using PublishPipe = Pipe<PublishDown, PublishUp>;

// A stage as its peers see it: services over gRPC and standalone attach pipes alike. Any thread.
// A stage refuses a session by closing the pipe with the reason.
class TranscodeStage {
 public:
  virtual ~TranscodeStage() = default;
  virtual void Attach(std::unique_ptr<TranscodePipe> pipe) = 0;
};
class PublishStage {
 public:
  virtual ~PublishStage() = default;
  virtual void Attach(std::unique_ptr<PublishPipe> pipe) = 0;
};

// How ingest gets a session with a stage: a direct pipe or a gRPC stream. Never blocks; a peer
// that can't be reached shows in on_closed. Any thread.
class TranscodeConnector {
 public:
  virtual ~TranscodeConnector() = default;
  virtual std::unique_ptr<ToTranscode> Connect() = 0;
};
class PublishConnector {
 public:
  virtual ~PublishConnector() = default;
  virtual std::unique_ptr<ToPublish> Connect() = 0;
};

// Which encoders transcode found when it started: one in this process, or a peer's over gRPC.
// Never blocks; `done` is called once, from any thread, maybe before the call returns. Any thread.
class EncoderLister {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::vector<media::EncoderReport>>)>;

  virtual ~EncoderLister() = default;
  // In order of preference. UNAVAILABLE if the peer can't be reached.
  virtual void ListEncoders(Done done) = 0;
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_STAGES_H_
