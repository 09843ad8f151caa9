// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_TELEMETRY_TESTING_RECORDING_LOG_H_
#define RELAYFLEET_LIBS_TELEMETRY_TESTING_RECORDING_LOG_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "libs/base/mutex.h"
#include "libs/telemetry/log.h"

namespace relayfleet::telemetry::testing {

// Keeps the lines that a test's subject logs. Thread-safe.
class RecordingLog final : public LogSink {
 public:
  void Write(LogLevel, std::string line) override {
    base::MutexLock lock(&mutex_);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> lines() const {
    base::MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace relayfleet::telemetry::testing

#endif  // RELAYFLEET_LIBS_TELEMETRY_TESTING_RECORDING_LOG_H_
