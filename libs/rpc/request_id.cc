// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/request_id.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "libs/base/random_id.h"

namespace relayfleet::rpc {
namespace {

constexpr size_t kMaxBytes = 64;

bool IsWord(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxBytes && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

std::string RequestId(const grpc::ServerContextBase& caller) {
  const auto found = caller.client_metadata().find(kRequestId);
  if (found != caller.client_metadata().end()) {
    const absl::string_view id(found->second.data(), found->second.size());
    if (IsWord(id)) return std::string(id);
  }
  return base::RandomId();
}

}  // namespace relayfleet::rpc
