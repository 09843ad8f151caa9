// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TESTING_RECORDING_H_
#define RELAYFLEET_LIBS_AV_TESTING_RECORDING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace relayfleet::av::testing {

// Makes a recording with the ffmpeg program and returns its path under TEST_TMPDIR; empty: it
// failed. `arguments`: all but the name of the output, e.g. "-f lavfi -i testsrc2 -t 1 -c:v
// libx264". The same name is made once.
std::string MakeRecording(absl::string_view name, absl::string_view arguments);

// Two seconds of 320x240 at 25 fps with a key frame each second, and a tone.
inline constexpr char kTwoSeconds[] =
    "-f lavfi -i testsrc2=size=320x240:rate=25:duration=2 "
    "-f lavfi -i sine=frequency=440:sample_rate=44100:duration=2 "
    "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -ac 2";

}  // namespace relayfleet::av::testing

#endif  // RELAYFLEET_LIBS_AV_TESTING_RECORDING_H_
