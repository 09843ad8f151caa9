// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_READ_AHEAD_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_READ_AHEAD_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/media/stream.h"

namespace relayfleet::ingest {

// What a blocking reader has read before its time, in the order of due times (equal ones: of
// coming). The reader waits while it is full; nothing is dropped. One thread puts, another takes.
class ReadAhead {
 public:
  struct Options {
    absl::Duration span = absl::Seconds(1);  // between the first and the last due time
    size_t bytes = size_t{4} << 20;
    size_t packets = 256;
  };
  // Packets that are of no use.
  struct Lost {
    uint64_t packets = 0;
  };
  using Piece = std::variant<media::StreamInfo, media::Packet, Lost>;

  // `wake`: there is something where there was nothing; on the putting thread.
  ReadAhead(Options options, absl::AnyInvocable<void()> wake)
      : options_(options), wake_(std::move(wake)) {}

  // Waits for room. False: closed.
  bool Put(absl::Duration due, Piece piece);
  // Nothing follows.
  void Finish(absl::Status status);

  // Due time of what is first.
  std::optional<absl::Duration> FrontDue();
  // Takes it; there is one.
  Piece Pop();
  // Set once all was taken and Finish was called.
  std::optional<absl::Status> end();

  // Lets go of the reader and all that waits.
  void Close();

 private:
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  absl::AnyInvocable<void()> wake_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::multimap<absl::Duration, Piece> pieces_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_READ_AHEAD_H_
