// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/relay_view.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/json_util.h"
#include "tools/relayctl/table.h"

namespace relayfleet::relayctl {
namespace {

using relay::v1::FrameDrops;
using relay::v1::Relay;
using relay::v1::RelayStatus;

std::string Drops(const FrameDrops& drops) {
  std::vector<std::string> parts;
  const std::pair<const char*, uint64_t> all[] = {{"superseded", drops.superseded()},
                                                  {"rate limited", drops.rate_limited()},
                                                  {"bad image", drops.bad_image()},
                                                  {"failed", drops.failed()}};
  for (const auto& [name, count] : all) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", name));
  }
  return parts.empty() ? "none" : absl::StrJoin(parts, ", ");
}

uint64_t Sum(const FrameDrops& drops) {
  return drops.superseded() + drops.rate_limited() + drops.bad_image() + drops.failed();
}

std::string Milliseconds(const google::protobuf::Duration& duration) {
  return absl::StrFormat("%.1f ms", duration.seconds() * 1e3 + duration.nanos() / 1e6);
}

std::string Picture(const relay::v1::VideoOutput& output) {
  // 0 stands for the documented default.
  return absl::StrFormat("%dx%d, %d kbit/s", output.width() ? output.width() : 1280,
                         output.height() ? output.height() : 720,
                         output.bitrate_kbps() ? output.bitrate_kbps() : 2000);
}

// "in 2.5 s (3rd try)"; only while one waits.
std::string NextTry(const RelayStatus& status, absl::Time now) {
  if (!status.has_next_try()) return "-";
  const absl::Time next = absl::FromUnixSeconds(status.next_try().seconds()) +
                          absl::Nanoseconds(status.next_try().nanos());
  const double wait = std::max(0.0, absl::ToDoubleSeconds(next - now));
  return absl::StrFormat("in %.1f s%s", wait,
                         status.attempt() > 0 ? absl::StrCat(", try ", status.attempt()) : "");
}

// From a source of its own; else pictures are pushed.
bool IsRead(const relay::v1::RelaySpec& spec) {
  return spec.source_case() != relay::v1::RelaySpec::kFrames &&
         spec.source_case() != relay::v1::RelaySpec::SOURCE_NOT_SET;
}

// Where the video comes from, without credentials.
std::string Source(const relay::v1::RelaySpec& spec) {
  switch (spec.source_case()) {
    case relay::v1::RelaySpec::kRtsp:
      return spec.rtsp().url();
    case relay::v1::RelaySpec::kRtp:
      return spec.rtp().port() != 0 ? absl::StrCat("RTP to UDP port ", spec.rtp().port())
                                    : "RTP as its SDP says";
    case relay::v1::RelaySpec::kAnnexb:
      return spec.annexb().fifo().empty() ? "pushed H.264" : spec.annexb().fifo();
    case relay::v1::RelaySpec::kFile:
      return absl::StrCat(spec.file().location(), spec.file().loop() ? ", looped" : "");
    case relay::v1::RelaySpec::kUrl:
      return spec.url().url();
    default:
      return "pushed pictures";
  }
}

std::string Frames(const RelayStatus& status) {
  return absl::StrFormat("%u in (%.1f/s), %u out (%.1f/s), %u of them repeats", status.frames_in(),
                         status.fps_in(), status.frames_out(), status.fps_out(),
                         status.frames_repeated());
}

}  // namespace

std::string ToJsonLine(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "{}\n";
  return json + "\n";
}

std::string StateName(relay::v1::RelayState state) {
  return std::string(absl::StripPrefix(relay::v1::RelayState_Name(state), "RELAY_STATE_"));
}

std::string HumanDuration(const google::protobuf::Duration& duration) {
  const int64_t seconds = duration.seconds();
  if (seconds < 60) return absl::StrFormat("%.1f s", seconds + duration.nanos() / 1e9);
  if (seconds < 3600) return absl::StrFormat("%d min %d s", seconds / 60, seconds % 60);
  if (seconds < 86400) return absl::StrFormat("%d h %d min", seconds / 3600, seconds / 60 % 60);
  return absl::StrFormat("%d d %d h", seconds / 86400, seconds / 3600 % 24);
}

void PrintRelays(const std::vector<Relay>& relays, std::ostream& out) {
  Table table({"KEY", "STATE", "READY", "UPTIME", "IN/S", "OUT/S", "DROPPED", "LATENCY", "URL"});
  for (const Relay& relay : relays) {
    const RelayStatus& status = relay.status();
    table.Add({relay.key(), StateName(status.state()), status.ready() ? "yes" : "no",
               HumanDuration(status.uptime()), absl::StrFormat("%.1f", status.fps_in()),
               absl::StrFormat("%.1f", status.fps_out()), absl::StrCat(Sum(status.drops())),
               status.has_latency() ? Milliseconds(status.latency()) : "-",
               status.rtsp_url().empty() ? "-" : status.rtsp_url()});
  }
  table.Print(out);
}

void PrintChanges(const std::vector<Relay>& relays, absl::Time now, std::ostream& out) {
  Table table({"KEY", "STATE", "READY", "UPTIME", "RESTARTS", "IN/S", "OUT/S", "DROPPED", "LOST",
               "NEXT TRY", "TROUBLE"});
  for (const Relay& relay : relays) {
    const RelayStatus& status = relay.status();
    table.Add({relay.key(), StateName(status.state()), status.ready() ? "yes" : "no",
               HumanDuration(status.uptime()), absl::StrCat(status.restart_count()),
               absl::StrFormat("%.1f", status.fps_in()), absl::StrFormat("%.1f", status.fps_out()),
               absl::StrCat(Sum(status.drops()) + status.source_dropped()),
               absl::StrCat(status.source_lost()), NextTry(status, now),
               status.last_error().empty() ? "-" : status.last_error()});
  }
  table.Print(out);
}

void PrintRelay(const Relay& relay, std::ostream& out) {
  const RelayStatus& status = relay.status();
  Table table({"key", relay.key()});
  const auto add = [&table](const char* name, const std::string& value) {
    if (!value.empty()) table.Add({name, value});
  };
  add("state", absl::StrCat(StateName(status.state()), status.ready() ? ", ready" : ", not ready"));
  add("trouble", status.last_error());
  if (status.has_next_try()) add("next try", NextTry(status, absl::Now()));
  add("url", status.rtsp_url());
  add("uptime", HumanDuration(status.uptime()));
  add("restarts", absl::StrCat(status.restart_count()));
  add("source", Source(relay.spec()));
  if (!IsRead(relay.spec())) {
    add("picture", Picture(relay.spec().output()));
  } else {
    add("video", status.source_info());
    add("lost", absl::StrCat(status.source_lost(), " packets of the source, ",
                             status.source_dropped(), " access units dropped"));
  }
  add("encoder", status.encoder());
  add("frames", Frames(status));
  add("dropped", Drops(status.drops()));
  if (status.has_latency()) add("latency", Milliseconds(status.latency()));
  add("control API", status.control_api() ? "reachable" : "not reachable: a key frame each second");
  add("origin", relay.spec().origin());
  add("owner", status.owner().instance_id());
  table.Print(out);
}

}  // namespace relayfleet::relayctl
