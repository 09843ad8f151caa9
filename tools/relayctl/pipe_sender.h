// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PIPE_SENDER_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PIPE_SENDER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/mutex.h"
#include "libs/flow/gop_queue.h"
#include "libs/media/annexb_splitter.h"
#include "tools/relayctl/client.h"

namespace relayfleet::relayctl {

// Sends access units into one annexb relay by PushPackets, one stream after the other: while the
// server is away or slow, a bounded queue drops whole runs up to a key frame. Works on a thread of
// its own; Offer never blocks. Thread-safe.
class PipeSender {
 public:
  struct Options {
    std::string key;
    // Made before the first stream; deleted at the end if it was not there before.
    relay::v1::CreateRelayRequest create;
    bool keep = false;  // not deleted
    absl::Duration retry = absl::Milliseconds(300);
    // How long the last units may take.
    absl::Duration drain = absl::Seconds(2);
  };
  struct Counts {
    uint64_t offered = 0;
    uint64_t dropped_here = 0;  // of these
    uint64_t accepted = 0;      // by the server, in all streams
    uint64_t dropped_there = 0;
    uint64_t streams = 0;
  };
  // Told what goes on, in words for people; on the sender's thread.
  using Tell = std::function<void(absl::string_view)>;

  // `stub` outlives it.
  PipeSender(Options options, Stub& stub, Tell tell);
  ~PipeSender();

  void Offer(media::AnnexbSplitter::Unit unit);
  // It ended with what no new attempt heals.
  bool failed() const;
  Counts counts() const;
  // No more units: sends what waits, ends the stream and deletes the relay if it made it. Says
  // what it ended with; once.
  absl::Status Finish();

 private:
  void Run();
  absl::Status Create();
  absl::Status RunSession();
  void Delete();
  // The next unit; none: it ends, or `over` (guarded by mutex_) became true.
  std::optional<media::Packet> Next(const bool& over);
  bool WaitForRetry();

  const Options options_;
  Stub& stub_;
  const Tell tell_;
  // Of the thread.
  bool exists_ = false;  // the relay
  bool made_ = false;    // by this

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  flow::GopQueue queue_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PIPE_SENDER_H_
