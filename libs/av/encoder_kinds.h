// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_ENCODER_KINDS_H_
#define RELAYFLEET_LIBS_AV_ENCODER_KINDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace relayfleet::av {

// How an H.264 encoder of libav is told to hold no picture back, and to let key frames be asked
// for.
struct EncoderKind {
  struct Option {
    const char* key;
    const char* value;
  };

  const char* name = "";  // libav's
  bool hardware = false;
  // Its own options besides the general ones; what it does not know of them is left out.
  absl::Span<const Option> options;
};

// All that can be asked for, in the order in which they are tried.
absl::Span<const EncoderKind> EncoderKinds();

// Null if there is none of that name.
const EncoderKind* FindEncoderKind(absl::string_view name);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_ENCODER_KINDS_H_
