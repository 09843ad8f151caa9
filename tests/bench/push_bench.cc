// SPDX-License-Identifier: Apache-2.0

// Measures a running fleet from the outside, and the floor beside it; one JSON object on stdout.
// tools/bench starts the fleet and judges the figures. Times are CLOCK_MONOTONIC seconds, so that
// they can be compared with those of other processes.

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/base/clock.h"
#include "libs/base/thread_runtime.h"
#include "nlohmann/json.hpp"
#include "tests/bench/codec_floor.h"
#include "tests/bench/http_pusher.h"
#include "tests/bench/push_run.h"
#include "tests/bench/recorder.h"
#include "tests/bench/server_share.h"

ABSL_FLAG(std::string, mode, "push",
          "push: latency of pushed frames. floor: of the codecs alone, and with --publish of "
          "MediaMTX alone for the floor's access units. start: from the first frame "
          "to readable and ready. join: first picture of a viewer. recover: from RTSP listening "
          "again to readable.");
ABSL_FLAG(int, robot_port, 5020, "Port of the robot relay API.");
ABSL_FLAG(int, rtsp_port, 8554, "RTSP port of MediaMTX.");
ABSL_FLAG(std::string, key, "bench", "Key of the relay; several get numbers.");
ABSL_FLAG(int, relays, 1, "push, floor: relays at once.");
ABSL_FLAG(double, fps, 15, "push, floor: frames per second of each relay.");
ABSL_FLAG(double, seconds, 10, "push, floor: how long.");
ABSL_FLAG(bool, publish, false, "floor: also publish its access units straight to MediaMTX.");
ABSL_FLAG(int, count, 10, "start, join: how often.");

namespace relayfleet::bench {
namespace {

using nlohmann::json;

constexpr int kJpegs = 30;

Target TheTarget() {
  return {.robot_port = absl::GetFlag(FLAGS_robot_port),
          .rtsp_port = absl::GetFlag(FLAGS_rtsp_port)};
}

double Milliseconds(absl::Duration duration) { return absl::ToDoubleMilliseconds(duration); }

json Describe(const Percentiles& of) {
  return {{"p50", Milliseconds(of.p50)},
          {"p95", Milliseconds(of.p95)},
          {"p99", Milliseconds(of.p99)},
          {"max", Milliseconds(of.max)}};
}

json Describe(const std::vector<absl::Duration>& samples) {
  return samples.empty() ? json() : Describe(PercentilesOf(samples));
}

CodecFloorOptions FloorOptions() {
  const double fps = absl::GetFlag(FLAGS_fps);
  const int relays = absl::GetFlag(FLAGS_relays);
  return {.jpegs = MakeJpegs(kJpegs),
          .frames = static_cast<int>(fps * relays * absl::GetFlag(FLAGS_seconds)),
          .fps = fps,
          .streams = relays};
}

json RunFloor(const CodecFloorOptions& options) {
  const auto floor = RunCodecFloor(options);
  if (!floor.ok()) return {{"trouble", floor.status().ToString()}};
  return {{"latency_ms", Describe(floor->latency)},
          {"decode_ms", Describe(floor->decode)},
          {"encode_ms", Describe(floor->encode)},
          {"cpu_ms_per_frame", Milliseconds(floor->cpu_per_frame)},
          {"kbps", floor->kbps}};
}

// The floor's access units, as they are made, go to MediaMTX and back: its own share.
json FloorAndServer() {
  base::ThreadRuntime runtime(2, "bench");
  CodecFloorOptions options = FloorOptions();
  std::string first;
  CodecFloorOptions one = options;
  one.frames = 1;
  one.fps = 0;
  one.on_unit = [&first](const std::string& unit, bool, absl::Duration) { first = unit; };
  if (json floor = RunFloor(one); floor.contains("trouble")) return floor;
  const std::string url = TheTarget().Url(absl::StrCat(absl::GetFlag(FLAGS_key), "/server"));
  auto share = ServerShare::Start(runtime, url, first);
  if (!share.ok()) return {{"trouble", share.status().ToString()}};
  options.on_unit = [&share](const std::string& unit, bool key, absl::Duration pts) {
    (*share)->Write(unit, key, pts);
  };
  json floor = RunFloor(options);
  const auto latencies = (*share)->Latencies();
  if (!latencies.ok()) return {{"trouble", latencies.status().ToString()}};
  floor["server_ms"] = Describe(*latencies);
  return floor;
}

json Floor() { return absl::GetFlag(FLAGS_publish) ? FloorAndServer() : RunFloor(FloorOptions()); }

std::vector<PushRunResult> PushAtOnce(int relays, base::ThreadRuntime& runtime) {
  const std::vector<std::string> jpegs = MakeJpegs(kJpegs);
  std::vector<PushRunResult> results(relays);
  std::vector<std::thread> threads;
  for (int i = 0; i < relays; ++i) {
    threads.emplace_back([&, i] {
      results[i] = RunPush({.target = TheTarget(),
                            .key = absl::StrCat(absl::GetFlag(FLAGS_key), "/", i),
                            .fps = absl::GetFlag(FLAGS_fps),
                            .lasting = absl::Seconds(absl::GetFlag(FLAGS_seconds)),
                            .phase = static_cast<double>(i) / relays},
                           jpegs, runtime);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return results;
}

json Push() {
  base::ThreadRuntime runtime(2, "bench");
  std::vector<absl::Duration> latencies;
  std::vector<double> arrivals;
  std::map<std::string, int> refused;
  std::vector<double> lost;
  json sum = {{"pushed", 0}, {"received", 0}, {"readers_stayed", true}};
  for (const PushRunResult& one : PushAtOnce(absl::GetFlag(FLAGS_relays), runtime)) {
    if (!one.trouble.empty()) return {{"trouble", one.trouble}};
    latencies.insert(latencies.end(), one.latencies.begin(), one.latencies.end());
    sum["pushed"] = sum["pushed"].get<size_t>() + one.pushes.size();
    for (const auto& [status, times] : one.refused) refused[absl::StrCat(status)] += times;
    for (const absl::Duration at : one.lost) lost.push_back(absl::ToDoubleSeconds(at));
    sum["received"] = sum["received"].get<size_t>() + one.received.size();
    sum["readers_stayed"] = sum["readers_stayed"].get<bool>() && one.reader_stayed;
    for (const Received& unit : one.received) arrivals.push_back(absl::ToDoubleSeconds(unit.at));
  }
  sum["latency_ms"] = Describe(latencies);
  sum["refused"] = refused;
  sum["lost"] = lost;
  std::sort(arrivals.begin(), arrivals.end());
  sum["arrivals"] = arrivals;
  return sum;
}

// From the answer to the first frame until a viewer has a picture and the API says ready.
absl::Duration StartOnce(const std::string& key, const std::string& jpeg,
                         base::ThreadRuntime& runtime) {
  const Target target = TheTarget();
  HttpPusher http(target.robot_port);
  CreateRelay(target, key);
  const HttpPusher::Answer pushed =
      http.Call("POST", absl::StrCat("/relays/", key, "/frame"), jpeg);
  if (pushed.status != 204) return absl::InfiniteDuration();
  absl::Duration ready = absl::InfiniteDuration();
  std::thread asking([&] {
    HttpPusher other(target.robot_port);
    const auto answer = other.Call("GET", absl::StrCat("/relays/", key, "/ready?timeout=15"), "");
    if (answer.body.find("true") != std::string::npos) ready = base::SystemClock().Monotonic();
  });
  const absl::Duration seen = FirstPicture(runtime, target.Url(key), absl::Seconds(15));
  asking.join();
  http.Call("DELETE", absl::StrCat("/relays/", key), "");
  return std::max(seen, ready) - pushed.sent;
}

json Start() {
  base::ThreadRuntime runtime(2, "bench");
  const std::vector<std::string> jpegs = MakeJpegs(1);
  std::vector<absl::Duration> took;
  for (int i = 0; i < absl::GetFlag(FLAGS_count); ++i) {
    took.push_back(
        StartOnce(absl::StrCat(absl::GetFlag(FLAGS_key), "/start/", i), jpegs[0], runtime));
  }
  return {{"took_ms", Describe(took)}};
}

json Join() {
  base::ThreadRuntime runtime(2, "bench");
  const Target target = TheTarget();
  const std::string key = absl::StrCat(absl::GetFlag(FLAGS_key), "/join");
  const std::string jpeg = MakeJpegs(1)[0];
  HttpPusher http(target.robot_port);
  CreateRelay(target, key);
  http.Call("POST", absl::StrCat("/relays/", key, "/frame"), jpeg);
  const std::string url = target.Url(key);
  if (FirstPicture(runtime, url, absl::Seconds(20)) == absl::InfiniteDuration()) {
    return {{"trouble", url + " is not readable"}};
  }
  std::vector<absl::Duration> took;
  for (int i = 0; i < absl::GetFlag(FLAGS_count); ++i) {
    // At any time between two key frames, and later than one may be forced again.
    absl::SleepFor(absl::Milliseconds(1100 + 137 * (i % 10)));
    const absl::Duration begin = base::SystemClock().Monotonic();
    Recorder viewer(runtime, url);
    viewer.WaitForKey(absl::Seconds(10));
    took.push_back(viewer.first_key() - begin);
  }
  return {{"took_ms", Describe(took)}};
}

// Says "watching", then waits for the port to close and to listen again.
json Recover() {
  base::ThreadRuntime runtime(2, "bench");
  const Target target = TheTarget();
  std::cerr << "watching" << std::endl;
  for (const bool listening : {false, true}) {
    for (int tries = 0; HttpPusher(target.rtsp_port).Reachable() != listening; ++tries) {
      if (tries > 30'000) return {{"trouble", "MediaMTX did not end and come back"}};
      absl::SleepFor(absl::Milliseconds(1));
    }
  }
  const absl::Duration begin = base::SystemClock().Monotonic();
  const absl::Duration seen =
      FirstPicture(runtime, target.Url(absl::GetFlag(FLAGS_key)), absl::Seconds(30));
  return {{"took_ms", Describe(std::vector<absl::Duration>{seen - begin})}};
}

int Main() {
  const std::map<std::string, std::function<json()>> modes = {
      {"push", Push}, {"floor", Floor}, {"start", Start}, {"join", Join}, {"recover", Recover}};
  const auto mode = modes.find(absl::GetFlag(FLAGS_mode));
  const json result = mode == modes.end() ? json{{"trouble", "no such --mode"}} : mode->second();
  std::cout << result.dump() << std::endl;
  return result.contains("trouble") ? 1 : 0;
}

}  // namespace
}  // namespace relayfleet::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return relayfleet::bench::Main();
}
