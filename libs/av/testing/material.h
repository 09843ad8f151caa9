// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_TESTING_MATERIAL_H_
#define RELAYFLEET_LIBS_AV_TESTING_MATERIAL_H_

#include <string>
#include <vector>

#include "libs/media/stream.h"

namespace relayfleet::av::testing {

// A short stream made for a test.
struct Material {
  media::Track track;
  std::vector<media::Packet> packets;  // in order of decoding, seq from 1; pts in the track's clock
};

// Runs the ffmpeg program with `arguments` (input and codec, without an output) and reads what it
// made. H.264 and H.265 come as Annex B. Fails the test, and returns nothing, if that goes wrong.
Material MakeMaterial(const std::string& arguments);

// "-f lavfi -i …" for `frames` grey pictures, each `step` brighter than the one before, from 32 on.
std::string GreySteps(const std::string& size, const std::string& fps, int frames, int step);

}  // namespace relayfleet::av::testing

#endif  // RELAYFLEET_LIBS_AV_TESTING_MATERIAL_H_
