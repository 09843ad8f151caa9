// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_ENCODING_H_
#define RELAYFLEET_LIBS_MEDIA_ENCODING_H_

#include <string>

#include "absl/time/time.h"

// How video is coded anew: media/v1/encoding.proto as plain values.
namespace relayfleet::media {

// How a picture of another shape is put into the asked size.
enum class Fit { kContain, kCover, kStretch };

enum class Profile { kBaseline, kMain, kHigh };

// An encoder, as it was found when it was tried.
struct EncoderReport {
  std::string name;  // libav's
  bool usable = false;
  std::string reason;         // why not
  absl::Duration frame_time;  // mean, per 1280x720 picture
  bool hardware = false;
};

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_ENCODING_H_
