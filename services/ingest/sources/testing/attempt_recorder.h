// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_ATTEMPT_RECORDER_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_ATTEMPT_RECORDER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/stream.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest::testing {

// What an attempt said.
struct Events {
  std::vector<media::StreamInfo> infos;
  std::vector<media::Packet> packets;
  uint64_t lost = 0;
  std::vector<std::string> notes;
  std::optional<absl::Status> end;
};

// Runs attempts at one source on a strand of threads of its own, and keeps what they say. The
// test's thread waits for what it expects.
class AttemptRecorder {
 public:
  AttemptRecorder() : strand_(runtime_.NewAsioStrand()) {}
  ~AttemptRecorder() { Close(); }

  std::shared_ptr<base::AsioStrand> strand() { return strand_; }

  // Ends the attempt before, if there is one, and forgets what it said.
  void Open(Source& source);
  // Returns once the attempt is destroyed, on its strand.
  void Close();

  // Whether `condition` holds in time.
  bool WaitFor(const std::function<bool(const Events&)>& condition,
               absl::Duration timeout = absl::Seconds(10));
  bool WaitForPackets(size_t count) {
    return WaitFor([&](const Events& events) { return events.packets.size() >= count; });
  }
  // Code and text of the end; UNKNOWN when none came within 10 s.
  absl::Status WaitForEnd();
  Events events();

 private:
  void OnStrand(std::function<void()> task);
  SourceAttempt::Handler NewHandler();

  base::Mutex mutex_;
  base::CondVar changed_;
  Events events_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<SourceAttempt> attempt_;  // on the strand
  base::ThreadRuntime runtime_{2, "test"};
  const std::shared_ptr<base::AsioStrand> strand_;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_TESTING_ATTEMPT_RECORDER_H_
