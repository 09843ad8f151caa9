// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_PUSH_RUN_H_
#define RELAYFLEET_TESTS_BENCH_PUSH_RUN_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "tests/bench/matcher.h"

namespace relayfleet::bench {

// What is measured.
struct Target {
  int robot_port = 5020;
  int rtsp_port = 8554;

  std::string Url(const std::string& key) const;
};

// Test pictures as JPEGs, each another.
std::vector<std::string> MakeJpegs(int count);

// Makes a relay by the robot relay API; whether it is there.
bool CreateRelay(const Target& target, const std::string& key);

struct PushRunOptions {
  Target target;
  std::string key;
  double fps = 15;
  absl::Duration lasting = absl::Seconds(10);
  // The schedule of all relays is shifted by this share of an interval.
  double phase = 0;
};

// What became of one relay's pushes. All times monotonic.
struct PushRunResult {
  std::string trouble;                 // why nothing was measured
  std::vector<absl::Duration> pushes;  // answered 204
  std::map<int, int> refused;          // answered otherwise: how often each status; 0: no answer
  std::vector<Received> received;
  std::vector<absl::Duration> latencies;  // of the pushes that came out
  std::vector<absl::Duration> lost;       // times of pushes that were taken and never seen
  bool reader_stayed = false;
};

// Pushes at a jittered pace through one connection and reads at the same time. Blocks.
PushRunResult RunPush(const PushRunOptions& options, const std::vector<std::string>& jpegs,
                      base::ThreadRuntime& runtime);

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_PUSH_RUN_H_
