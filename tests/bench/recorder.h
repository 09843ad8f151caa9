// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_BENCH_RECORDER_H_
#define RELAYFLEET_TESTS_BENCH_RECORDER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/reader.h"
#include "tests/bench/matcher.h"

namespace relayfleet::bench {

// One viewer that writes down when each access unit had come whole (at its marker bit).
// Thread-safe.
class Recorder {
 public:
  // Connects at once; `runtime` outlives it.
  Recorder(base::ThreadRuntime& runtime, const std::string& url);
  ~Recorder();

  // Waits until a picture can be shown (a key frame came), or it ended; whether it can.
  bool WaitForKey(absl::Duration at_most);
  // When the first key frame had come; after WaitForKey().
  absl::Duration first_key() const;
  std::vector<Received> received() const;
  bool ended() const;

 private:
  struct State {
    base::Mutex mutex;
    base::CondVar changed;
    std::vector<Received> received ABSL_GUARDED_BY(mutex);
    absl::Duration first_key ABSL_GUARDED_BY(mutex) = absl::InfiniteDuration();
    bool ended ABSL_GUARDED_BY(mutex) = false;
    std::shared_ptr<rtsp::Reader> reader;  // on the strand only
  };

  const std::shared_ptr<State> state_ = std::make_shared<State>();
  const std::shared_ptr<base::AsioStrand> strand_;
};

// Tries until a viewer sees a picture; when it came, or InfiniteDuration after `at_most`.
absl::Duration FirstPicture(base::ThreadRuntime& runtime, const std::string& url,
                            absl::Duration at_most);

}  // namespace relayfleet::bench

#endif  // RELAYFLEET_TESTS_BENCH_RECORDER_H_
