// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_EVENTS_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_EVENTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"

namespace relayfleet::rtsp::testing {

// What handlers said, in order, as text. Thread-safe.
class Events {
 public:
  void Add(std::string event) {
    base::MutexLock lock(&mutex_);
    events_.push_back(std::move(event));
    added_.NotifyAll();
  }

  // Waits until there are `count` and returns them; fewer after 10 s.
  std::vector<std::string> WaitFor(size_t count) {
    base::MutexLock lock(&mutex_);
    added_.WaitFor(&mutex_, absl::Seconds(10),
                   [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return events_.size() >= count; });
    return events_;
  }

  std::vector<std::string> Now() { return WaitFor(0); }

 private:
  base::Mutex mutex_;
  base::CondVar added_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_EVENTS_H_
