// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_PARAMETER_SETS_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_PARAMETER_SETS_H_

#include <string>

#include "libs/media/stream.h"

namespace relayfleet::ingest {

// A key access unit of H.264 or H.265 with the track's parameter sets in front of the picture
// (behind a delimiter), unless it carries them itself.
std::string WithParameterSets(std::string unit, const media::Track& track);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_PARAMETER_SETS_H_
