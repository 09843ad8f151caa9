// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/push_convert.h"

#include "libs/base/errors.h"
#include "libs/rpc/proto_time.h"

namespace relayfleet::ingest {

relay::v1::PushOutcome ToProto(PushOutcome outcome) {
  switch (outcome) {
    case PushOutcome::kAccepted:
      return relay::v1::PUSH_OUTCOME_ACCEPTED;
    case PushOutcome::kEncoded:
      return relay::v1::PUSH_OUTCOME_ENCODED;
    case PushOutcome::kWritten:
      return relay::v1::PUSH_OUTCOME_WRITTEN;
    case PushOutcome::kSuperseded:
      return relay::v1::PUSH_OUTCOME_SUPERSEDED;
    case PushOutcome::kRateLimited:
      return relay::v1::PUSH_OUTCOME_RATE_LIMITED;
    case PushOutcome::kBadImage:
      return relay::v1::PUSH_OUTCOME_BAD_IMAGE;
    case PushOutcome::kFailed:
      return relay::v1::PUSH_OUTCOME_FAILED;
  }
  return relay::v1::PUSH_OUTCOME_UNSPECIFIED;
}

absl::StatusOr<PushOutcome> StageOf(relay::v1::AckLevel level) {
  switch (level) {
    case relay::v1::ACK_LEVEL_UNSPECIFIED:
    case relay::v1::ACK_LEVEL_ACCEPTED:
      return PushOutcome::kAccepted;
    case relay::v1::ACK_LEVEL_ENCODED:
      return PushOutcome::kEncoded;
    case relay::v1::ACK_LEVEL_WRITTEN:
      return PushOutcome::kWritten;
    default:
      return base::InvalidField("wait_for", "no such stage");
  }
}

template <typename Response>
void FillResponse(const PushResult& result, Response* response) {
  response->set_outcome(ToProto(result.outcome));
  response->set_detail(result.detail);
  *response->mutable_latency() = rpc::ToProto(result.latency);
}

template void FillResponse(const PushResult&, relay::v1::PushFrameResponse*);
template void FillResponse(const PushResult&, relay::v1::PushFramesResponse*);

}  // namespace relayfleet::ingest
