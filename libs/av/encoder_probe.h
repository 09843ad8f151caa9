// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_ENCODER_PROBE_H_
#define RELAYFLEET_LIBS_AV_ENCODER_PROBE_H_

#include "libs/av/codec_factory.h"
#include "libs/base/clock.h"
#include "libs/media/encoding.h"

namespace relayfleet::av {

// Tries an encoder by encoding some 1280x720 pictures, for two seconds at most. `kind` gives its
// name and whether it is hardware. Blocking.
media::EncoderReport ProbeEncoder(CodecFactory& codecs, const media::EncoderReport& kind,
                                  const base::Clock& clock);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_ENCODER_PROBE_H_
