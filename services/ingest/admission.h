// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_ADMISSION_H_
#define RELAYFLEET_SERVICES_INGEST_ADMISSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "libs/media/packet.h"

namespace relayfleet::ingest {

// Checks a pushed picture's header without decoding it and cuts off what follows its end.
// INVALID_ARGUMENT with a text for the user. Microseconds; any thread.
absl::StatusOr<media::Payload> AdmitJpeg(std::string bytes);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_ADMISSION_H_
