// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_policy.h"

#include <utility>

namespace relayfleet::ingest {
namespace {

absl::StatusOr<base::UrlPolicy> Of(std::vector<std::string> schemes,
                                   const SourcePolicy::Networks& networks) {
  return base::UrlPolicy::Create(
      {.schemes = std::move(schemes), .allow = networks.allow, .deny = networks.deny});
}

}  // namespace

SourcePolicy::SourcePolicy() {
  rtsp = Of({"rtsp", "rtsps"}, {}).value();
  file = Of({"https"}, {}).value();
  url = Of({"srt", "rtmp", "rtmps", "http", "https"}, {}).value();
}

absl::StatusOr<SourcePolicy> SourcePolicy::Create(const Networks& networks) {
  auto rtsp = Of({"rtsp", "rtsps"}, networks);
  if (!rtsp.ok()) return rtsp.status();
  SourcePolicy policy;
  policy.rtsp = *std::move(rtsp);
  policy.file = Of({"https"}, networks).value();
  policy.url = Of({"srt", "rtmp", "rtmps", "http", "https"}, networks).value();
  return policy;
}

}  // namespace relayfleet::ingest
