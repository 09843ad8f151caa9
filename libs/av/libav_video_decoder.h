// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_LIBAV_VIDEO_DECODER_H_
#define RELAYFLEET_LIBS_AV_LIBAV_VIDEO_DECODER_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "libs/av/video_decoder.h"
#include "libs/media/stream.h"

namespace relayfleet::av {

// Decodes H.264, H.265 and whatever else libav knows, on the calling thread alone: frame threads
// would hold pictures back. After a packet that can't be decoded it begins anew at the next key
// packet, or tries again after kMaxRefused if the stream marks none. One user at a time.
class LibavVideoDecoder final : public VideoDecoder {
 public:
  // Packets that are refused in a row at most.
  static constexpr int kMaxRefused = 300;

  // INVALID_ARGUMENT if libav does not decode `track`.
  static absl::StatusOr<std::unique_ptr<VideoDecoder>> Create(const media::Track& track,
                                                              const Options& options);
  ~LibavVideoDecoder() override;

  absl::Status Push(const media::Packet& packet) override;
  void Finish() override;
  std::optional<media::Packet> Next() override;
  absl::Status Take(Frame& out) override;
  void SkipNonReference(bool skip) override;

 private:
  struct State;
  explicit LibavVideoDecoder(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_LIBAV_VIDEO_DECODER_H_
