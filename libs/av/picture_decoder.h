// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_PICTURE_DECODER_H_
#define RELAYFLEET_LIBS_AV_PICTURE_DECODER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/av/frame.h"

namespace relayfleet::av {

// Makes pictures of a fixed size out of compressed ones of any size. One user at a time.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;

  // Decodes `image` into `out` (I420, limited range): upright, aspect kept, black around it.
  // INVALID_ARGUMENT, with a text for the user, if it is no whole picture; `out` is then spoilt.
  virtual absl::Status Decode(absl::string_view image, Frame& out) = 0;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_PICTURE_DECODER_H_
