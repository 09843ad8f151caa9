// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "services/common/config.h"
#include "services/common/policy_config.h"

ABSL_FLAG(int, relay_fps, 5,
          "Rate at which a silent relay's last picture is repeated, and at which the robot relay "
          "API's cameras are published, per second, 1 to 60.");
ABSL_FLAG(std::vector<std::string>, source_allow, {},
          "Networks that sources may lie in, as 10.0.0.0/8. Empty: any but link-local ones and "
          "cloud metadata.");
ABSL_FLAG(std::vector<std::string>, source_deny, {}, "Networks that sources may not lie in.");
ABSL_FLAG(std::string, fifo_dir, "", "Folder whose FIFOs relays may read. Empty: none.");
ABSL_FLAG(std::string, file_dir, "", "Folder whose recordings relays may read. Empty: none.");

namespace relayfleet::ingest {
namespace {

absl::StatusOr<std::string> Folder(absl::string_view flag, std::string dir) {
  if (dir.empty() || dir[0] == '/') return dir;
  return base::BadSetting(flag, "must be an absolute path");
}

absl::StatusOr<SourceRules> SourceConfig() {
  const int fps = absl::GetFlag(FLAGS_relay_fps);
  if (fps < 1 || fps > base::kMaxFps) return base::BadSetting("relay_fps", "must be 1 to 60");
  auto policy = SourcePolicy::Create(
      {.allow = absl::GetFlag(FLAGS_source_allow), .deny = absl::GetFlag(FLAGS_source_deny)});
  if (!policy.ok()) return base::BadSetting("source_allow/source_deny", policy.status().message());
  auto fifos = Folder("fifo_dir", absl::GetFlag(FLAGS_fifo_dir));
  if (!fifos.ok()) return fifos.status();
  auto files = Folder("file_dir", absl::GetFlag(FLAGS_file_dir));
  if (!files.ok()) return files.status();
  return SourceRules{.fill_fps = fps,
                     .fifo_dir = *std::move(fifos),
                     .file_dir = *std::move(files),
                     .policy = *std::move(policy)};
}

}  // namespace

absl::StatusOr<RelayManager::Options> RelayConfig() {
  auto source = SourceConfig();
  if (!source.ok()) return source.status();
  auto target = common::PolicyConfig();
  if (!target.ok()) return target.status();
  return RelayManager::Options{
      .instance_id = common::HostName(),
      .rules = {.source = *std::move(source), .target = *std::move(target)}};
}

}  // namespace relayfleet::ingest
