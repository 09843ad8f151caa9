// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/listeners.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relayfleet::relayctl {
namespace {

namespace fs = std::filesystem;

// States of the kernel's tables: TCP_LISTEN, and TCP_CLOSE for UDP without a peer.
constexpr absl::string_view kListen = "0A";
constexpr absl::string_view kUnconnected = "07";

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Words of 32 bits in the machine's order, as hexadecimal: 127/8 and ::1, also mapped.
bool IsLoopback(absl::string_view address) {
  const bool v4 = address.size() == 8;
  if (v4 || absl::StartsWith(address, "0000000000000000FFFF0000")) {
    return absl::EndsWith(address, "7F");
  }
  return address == "00000000000000000000000001000000";
}

std::optional<Listener> ParseLine(absl::string_view line, bool udp) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipWhitespace());
  if (fields.size() < 10 || fields[3] != (udp ? kUnconnected : kListen)) return std::nullopt;
  const std::pair<absl::string_view, absl::string_view> local =
      absl::StrSplit(fields[1], absl::MaxSplits(':', 1));
  Listener listener{.udp = udp, .loopback = IsLoopback(local.first)};
  const char* const end = local.second.data() + local.second.size();
  const auto [rest, error] = std::from_chars(local.second.data(), end, listener.port, 16);
  if (error != std::errc() || rest != end) return std::nullopt;
  if (!absl::SimpleAtoi(fields[9], &listener.inode)) return std::nullopt;
  return listener;
}

// Socket inode → program, of the processes whose descriptors we may see.
std::map<uint64_t, std::string> Owners(const fs::path& proc) {
  std::map<uint64_t, std::string> owners;
  std::error_code error;
  for (fs::directory_iterator at(proc, error), end; !error && at != end; at.increment(error)) {
    const std::string pid = at->path().filename().string();
    if (!std::all_of(pid.begin(), pid.end(), absl::ascii_isdigit)) continue;
    std::error_code hidden;
    const std::string program(absl::StripAsciiWhitespace(Read(at->path() / "comm")));
    for (fs::directory_iterator fd(at->path() / "fd", hidden); !hidden && fd != end;
         fd.increment(hidden)) {
      std::error_code gone;
      const std::string target = fs::read_symlink(fd->path(), gone).string();
      absl::string_view text = target;
      uint64_t inode = 0;
      if (absl::ConsumePrefix(&text, "socket:[") && absl::ConsumeSuffix(&text, "]") &&
          absl::SimpleAtoi(text, &inode)) {
        owners[inode] = program;
      }
    }
  }
  return owners;
}

}  // namespace

std::vector<Listener> ParseSockets(absl::string_view table, bool udp) {
  std::vector<Listener> listeners;
  for (const absl::string_view line : absl::StrSplit(table, '\n')) {
    if (std::optional<Listener> listener = ParseLine(line, udp)) listeners.push_back(*listener);
  }
  return listeners;
}

std::vector<Listener> ReadListeners(const std::string& proc) {
  const std::map<uint64_t, std::string> owners = Owners(proc);
  std::vector<Listener> all;
  for (const auto& [name, udp] : {std::pair("tcp", false), std::pair("tcp6", false),
                                  std::pair("udp", true), std::pair("udp6", true)}) {
    for (Listener& listener : ParseSockets(Read(fs::path(proc) / "net" / name), udp)) {
      if (const auto owner = owners.find(listener.inode); owner != owners.end()) {
        listener.program = owner->second;
      }
      all.push_back(std::move(listener));
    }
  }
  return all;
}

}  // namespace relayfleet::relayctl
