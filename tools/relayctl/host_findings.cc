// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/host_findings.h"

#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace relayfleet::relayctl {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

constexpr uint64_t kMb = 1'000'000;
constexpr uint64_t kTooLittle = 20 * kMb;
constexpr uint64_t kLittle = 200 * kMb;

// `path`, or the nearest above it that exists.
fs::path Existing(const std::string& path) {
  std::error_code error;
  fs::path at = fs::absolute(path, error);
  while (!fs::exists(at, error) && at.has_relative_path()) at = at.parent_path();
  return at;
}

bool MayWrite(const fs::path& path) { return access(path.c_str(), W_OK | X_OK) == 0; }

}  // namespace

Finding ClockFinding(const std::string& run, bool kernel_synced) {
  std::error_code error;
  if (kernel_synced || fs::exists(fs::path(run) / "systemd/timesync/synchronized", error)) {
    return {Level::kOk, "clock", "synchronised"};
  }
  return {Level::kWarn, "clock",
          "not synchronised by NTP: ages of pictures and capture times mislead; "
          "sudo timedatectl set-ntp true"};
}

bool KernelClockSynced() {
  timex request = {};
  const int state = adjtimex(&request);
  return state != -1 && state != TIME_ERROR && (request.status & STA_UNSYNC) == 0;
}

Finding StateFinding(const std::string& state_dir) {
  const fs::path existing = Existing(state_dir);
  std::error_code error;
  if (fs::is_directory(existing, error) && MayWrite(existing)) {
    const bool there = existing == fs::absolute(state_dir, error);
    return {Level::kOk, "state folder",
            absl::StrCat(state_dir, there ? " can be written" : " is made at the first start")};
  }
  return {Level::kFail, "state folder",
          absl::StrCat(state_dir,
                       " can't be written by this user: no relay would be kept; give it "
                       "to the fleet's user (chown), or name another by --state_dir")};
}

Finding DiskFinding(const std::string& state_dir, uint64_t free_bytes) {
  const std::string text = absl::StrCat(free_bytes / kMb, " MB free where ", state_dir, " lies");
  if (free_bytes < kTooLittle) {
    return {Level::kFail, "disk", absl::StrCat(text, ": relays can't be kept; make room")};
  }
  if (free_bytes < kLittle) return {Level::kWarn, "disk", absl::StrCat(text, ": make room soon")};
  return {Level::kOk, "disk", text};
}

uint64_t FreeBytes(const std::string& state_dir) {
  std::error_code error;
  const fs::space_info space = fs::space(Existing(state_dir), error);
  return error ? 0 : space.available;
}

std::vector<Finding> DeviceFindings(const std::string& dev) {
  std::vector<Finding> findings;
  for (const auto& [folder, prefix, group] :
       {std::tuple(dev, "video", "video"), std::tuple(dev + "/dri", "renderD", "render")}) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (!absl::StartsWith(at->path().filename().string(), prefix)) continue;
      const std::string path = at->path().string();
      const bool open = access(path.c_str(), R_OK | W_OK) == 0;
      findings.push_back({open ? Level::kOk : Level::kWarn, "device",
                          open ? absl::StrCat(path, " can be opened")
                               : absl::StrCat(path,
                                              " can't be opened by this user: sudo usermod "
                                              "-aG ",
                                              group, " USER, then log in anew")});
    }
  }
  if (findings.empty()) {
    return {{Level::kOk, "device", "no camera and no hardware coder here: coding is software"}};
  }
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.text < b.text; });
  return findings;
}

}  // namespace relayfleet::relayctl
