// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/push_run.h"

#include <chrono>
#include <cstddef>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/av/frame.h"
#include "libs/av/jpeg_encoder.h"
#include "libs/av/test_pattern.h"
#include "libs/base/clock.h"
#include "tests/bench/http_pusher.h"
#include "tests/bench/recorder.h"

namespace relayfleet::bench {
namespace {

constexpr absl::Duration kWarmUp = absl::Seconds(1);
// Of an interval: enough to tell frames apart by their times, too little to matter.
constexpr double kJitter = 0.1;

void SleepUntil(absl::Duration when) {
  std::this_thread::sleep_until(
      std::chrono::steady_clock::time_point(absl::ToChronoNanoseconds(when)));
}

std::string FramePath(const std::string& key) { return absl::StrCat("/relays/", key, "/frame"); }

void PushAll(const PushRunOptions& options, const std::vector<std::string>& jpegs,
             absl::Duration begin, HttpPusher& http, PushRunResult& result) {
  std::mt19937 random(static_cast<unsigned>(options.phase * 1000) + 1);
  std::uniform_real_distribution<double> jitter(-kJitter, kJitter);
  const absl::Duration interval = absl::Seconds(1) / options.fps;
  const std::string path = FramePath(options.key);
  for (size_t i = 0; i * interval < options.lasting; ++i) {
    SleepUntil(begin + interval * (static_cast<double>(i) + options.phase + jitter(random)));
    const HttpPusher::Answer answer = http.Call("POST", path, jpegs[i % jpegs.size()]);
    if (answer.status == 204) {
      result.pushes.push_back(answer.sent);
    } else {
      ++result.refused[answer.status];
    }
  }
}

void Match(PushRunResult& result) {
  const auto matches = MatchFrames(result.pushes, result.received);
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].has_value()) {
      result.latencies.push_back(result.received[*matches[i]].at - result.pushes[i]);
    } else {
      result.lost.push_back(result.pushes[i]);
    }
  }
}

}  // namespace

std::string Target::Url(const std::string& key) const {
  return absl::StrCat("rtsp://127.0.0.1:", rtsp_port, "/", key);
}

std::vector<std::string> MakeJpegs(int count) {
  const av::TestPattern pattern({});
  av::JpegEncoder encoder({});
  av::Frame frame;
  std::vector<std::string> jpegs;
  for (int i = 0; i < count; ++i) {
    pattern.Draw(static_cast<uint64_t>(i), absl::FromUnixMillis(i * 33), frame);
    if (auto jpeg = encoder.Encode(frame); jpeg.ok()) jpegs.push_back(*std::move(jpeg));
  }
  return jpegs;
}

bool CreateRelay(const Target& target, const std::string& key) {
  return HttpPusher(target.robot_port)
             .Call("POST", "/relays",
                   absl::StrCat("{\"key\":\"", key, "\",\"type\":\"robot_camera\"}"))
             .status == 200;
}

PushRunResult RunPush(const PushRunOptions& options, const std::vector<std::string>& jpegs,
                      base::ThreadRuntime& runtime) {
  PushRunResult result;
  HttpPusher http(options.target.robot_port);
  if (!CreateRelay(options.target, options.key) ||
      http.Call("POST", FramePath(options.key), jpegs[0]).status != 204) {
    result.trouble = "no relay could be made and fed";
    return result;
  }
  const std::string url = options.target.Url(options.key);
  if (FirstPicture(runtime, url, absl::Seconds(20)) == absl::InfiniteDuration()) {
    result.trouble = absl::StrCat(url, " is not readable");
    return result;
  }
  Recorder recorder(runtime, url);
  if (!recorder.WaitForKey(absl::Seconds(10))) {
    result.trouble = absl::StrCat(url, " has no key frame");
    return result;
  }
  PushAll(options, jpegs, base::SystemClock().Monotonic() + kWarmUp, http, result);
  absl::SleepFor(absl::Milliseconds(300));  // what is on its way
  result.received = recorder.received();
  result.reader_stayed = !recorder.ended();
  Match(result);
  return result;
}

}  // namespace relayfleet::bench
