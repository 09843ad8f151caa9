// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_H264_ENCODER_H_
#define RELAYFLEET_LIBS_AV_H264_ENCODER_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/av/video_encoder.h"

namespace relayfleet::av {

// One of libavcodec's H.264 encoders: no picture held back, bit rate bounded by VBV at any rate of
// pictures, key frames by time. libx264 works on the calling thread alone: slices would shorten one
// picture's way at the cost of the other streams on the same cores.
class H264Encoder final : public VideoEncoder {
 public:
  // `name`: one of EncoderKinds(). INVALID_ARGUMENT for options that it does not take, UNAVAILABLE,
  // in libav's words, if it is not built in or its device is not there.
  static absl::StatusOr<std::unique_ptr<VideoEncoder>> Create(absl::string_view name,
                                                              const Options& options);
  ~H264Encoder() override;

  absl::StatusOr<AccessUnit> Encode(const Frame& picture, int64_t pts, bool force_key) override;

 private:
  struct State;
  explicit H264Encoder(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_H264_ENCODER_H_
