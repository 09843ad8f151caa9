// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/relay_config.h"

#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "libs/base/errors.h"
#include "services/common/config.h"
#include "services/common/policy_config.h"
#include "services/common/relay_fps_config.h"

ABSL_FLAG(std::string, fifo_dir, "", "Folder whose FIFOs relays may read. Empty: none.");
ABSL_FLAG(std::string, file_dir, "", "Folder whose recordings relays may read. Empty: none.");

namespace relayfleet::ingest {
namespace {

absl::StatusOr<std::string> Folder(absl::string_view flag, std::string dir) {
  if (dir.empty() || dir[0] == '/') return dir;
  return base::BadSetting(flag, "must be an absolute path");
}

absl::StatusOr<SourceRules> RulesConfig(SourcePolicy policy) {
  const auto fps = common::RelayFps();
  if (!fps.ok()) return fps.status();
  auto fifos = Folder("fifo_dir", absl::GetFlag(FLAGS_fifo_dir));
  if (!fifos.ok()) return fifos.status();
  auto files = Folder("file_dir", absl::GetFlag(FLAGS_file_dir));
  if (!files.ok()) return files.status();
  return SourceRules{.fill_fps = *fps,
                     .fifo_dir = *std::move(fifos),
                     .file_dir = *std::move(files),
                     .policy = std::move(policy)};
}

}  // namespace

absl::StatusOr<RelayManager::Options> RelayConfig(SourcePolicy policy) {
  auto source = RulesConfig(std::move(policy));
  if (!source.ok()) return source.status();
  auto target = common::PolicyConfig();
  if (!target.ok()) return target.status();
  return RelayManager::Options{
      .instance_id = common::HostName(),
      .rules = {.source = *std::move(source), .target = *std::move(target)}};
}

}  // namespace relayfleet::ingest
