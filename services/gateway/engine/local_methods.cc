// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/local_methods.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::gateway {

absl::StatusOr<MethodCall> LocalMethods::Find(
    const google::protobuf::MethodDescriptor& method) const {
  const auto found = methods_.find(method.name());
  if (found == methods_.end()) {
    return absl::InternalError(absl::StrCat("nothing serves ", method.full_name()));
  }
  const Entry& entry = found->second;
  if (entry.request != method.input_type() || entry.response != method.output_type()) {
    return absl::InternalError(absl::StrCat(method.full_name(), " is served with other messages"));
  }
  return entry.call;
}

}  // namespace relayfleet::gateway
