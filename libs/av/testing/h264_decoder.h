// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TESTING_H264_DECODER_H_
#define RELAYFLEET_LIBS_AV_TESTING_H264_DECODER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/av/frame.h"

namespace relayfleet::av::testing {

// Decodes access units, each in its call, as a reader of the stream would. One user at a time.
class H264Decoder {
 public:
  H264Decoder();
  ~H264Decoder();

  // The picture of `access_unit`; limited or full range as the stream says.
  absl::StatusOr<Frame> Decode(absl::string_view access_unit);

  // What the stream said of its colours with the last picture.
  bool bt601() const { return bt601_; }

 private:
  struct State;
  const std::unique_ptr<State> state_;
  bool bt601_ = false;
};

// Peak signal-to-noise ratio of the luma, in dB, of two pictures of one size; 100 if equal.
double LumaPsnr(const Frame& a, const Frame& b);

// Of one chroma plane, 1 or 2; same chroma format.
double PlanePsnr(const Frame& a, const Frame& b, int plane);

}  // namespace relayfleet::av::testing

#endif  // RELAYFLEET_LIBS_AV_TESTING_H264_DECODER_H_
