// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUSH_CONVERT_H_
#define RELAYFLEET_SERVICES_INGEST_PUSH_CONVERT_H_

#include "absl/status/statusor.h"
#include "relayfleet/relay/v1/relay_service.pb.h"
#include "services/ingest/push.h"

namespace relayfleet::ingest {

// Push outcomes as relay/v1 names them, and back.
relay::v1::PushOutcome ToProto(PushOutcome outcome);
// The stage that an acknowledgement waits for. INVALID_ARGUMENT for a value nobody knows.
absl::StatusOr<PushOutcome> StageOf(relay::v1::AckLevel level);

// Fills outcome, detail and latency of a PushFrameResponse or PushFramesResponse.
template <typename Response>
void FillResponse(const PushResult& result, Response* response);

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUSH_CONVERT_H_
