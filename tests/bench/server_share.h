// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_SERVER_SHARE_H_
#define RELAYFLEET_TESTS_BENCH_SERVER_SHARE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/publisher.h"
#include "tests/bench/matcher.h"
#include "tests/bench/recorder.h"

namespace relayfleet::bench {

// What MediaMTX alone takes from an access unit to its reader, without any fleet: publishes access
// units straight to it, as the fleet's publisher would, and reads them back.
//
//   Write ──► libs/rtsp publisher ──► MediaMTX ──► Recorder
//
// Write() and Latencies() from one thread.
class ServerShare {
 public:
  // `first`: a key frame with SPS and PPS, shown until a reader has it. Blocks until then.
  static absl::StatusOr<std::unique_ptr<ServerShare>> Start(base::ThreadRuntime& runtime,
                                                            const std::string& url,
                                                            const std::string& first);
  ~ServerShare();

  // Sends an access unit, at the time `pts` on its line.
  void Write(const std::string& unit, bool key, absl::Duration pts);

  // From the send call of each access unit to its marker bit; waits for what is on its way.
  absl::StatusOr<std::vector<absl::Duration>> Latencies();

 private:
  struct State {
    base::Mutex mutex;
    base::CondVar changed;
    bool recording ABSL_GUARDED_BY(mutex) = false;
    bool counts ABSL_GUARDED_BY(mutex) = false;  // the ones before are no samples
    absl::Status ended ABSL_GUARDED_BY(mutex);
    std::vector<Received> sent ABSL_GUARDED_BY(mutex);
    std::shared_ptr<rtsp::Publisher> publisher;  // on the strand only
  };

  explicit ServerShare(base::ThreadRuntime& runtime);
  absl::Status Publish(const std::string& url, const std::string& first);
  absl::Status Show(base::ThreadRuntime& runtime, const std::string& url, const std::string& first);
  void Send(const std::string& unit, bool key, int64_t pts);

  const std::shared_ptr<State> state_ = std::make_shared<State>();
  const std::shared_ptr<base::AsioStrand> strand_;
  std::unique_ptr<Recorder> recorder_;
  uint64_t seq_ = 0;
  int64_t begin_ = 0;  // pts of what Write() calls zero
};

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_SERVER_SHARE_H_
