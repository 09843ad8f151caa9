// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FEED_H_
#define RELAYFLEET_SERVICES_INGEST_FEED_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "libs/media/packet.h"
#include "services/ingest/published_stream.h"
#include "services/ingest/push.h"
#include "services/ingest/relay_monitor.h"
#include "services/ingest/relay_observer.h"
#include "services/ingest/unit_push.h"

namespace relayfleet::ingest {

// What a feed works with: parts of its relay, which outlive it.
struct FeedContext {
  const std::string& key;
  uint64_t epoch = 0;
  std::shared_ptr<base::Executor> strand;
  flow::TranscodeConnector& transcode;
  PublishedStream& stream;
  // Of a feed of pictures, for the next one: it is published until another is pushed.
  std::optional<media::Packet>& last_picture;
  RelayMonitor& monitor;
  RelayObserver& observer;
};

// Brings a relay's stream: from pushed pictures (FramesFeed), or from a source that is read
// (SourceFeed). What it makes goes to the context's stream, what happens to the monitor and the
// observer.
//
//   Push, Source ─► Feed ─► PublishedStream ─► PublishLink
//                    ◄─ OnRoom, OnWritten, OnDropped, OnNeedKey ─┘
//
// Lives on the relay's strand, where all handlers run; none does after Stop(), and none inside
// the constructor.
class Feed {
 public:
  struct Handler {
    // No retry heals `why`: nothing follows.
    absl::AnyInvocable<void(std::string why)> on_failed;
    // The source is at its end, and all of it is in the stream.
    absl::AnyInvocable<void()> on_finished;
  };

  virtual ~Feed() = default;

  virtual void Start() = 0;
  // Ends it: what it owes an answer for is answered with `why`.
  virtual void Stop(absl::string_view why) = 0;

  // A pushed picture, or access unit; `done` is called exactly once. A feed that takes none says
  // so.
  virtual void Offer(Push push) = 0;
  virtual void OfferUnit(UnitPush push) = 0;

  // So many packets left the queue before publish.
  virtual void OnRoom(uint32_t packets) = 0;
  // What became of the packets of that range.
  virtual void OnWritten(uint64_t first_out_seq, uint64_t last_out_seq) = 0;
  virtual void OnDropped(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view why) = 0;
  // Publish wants a key frame.
  virtual void OnNeedKey(flow::NeedKeyReason reason) = 0;

  // Pictures and access units that wait for room in transcode; any thread.
  virtual int waiting() const = 0;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FEED_H_
