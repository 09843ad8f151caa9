// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_GOP_QUEUE_H_
#define RELAYFLEET_LIBS_FLOW_GOP_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "libs/media/stream.h"

namespace relayfleet::flow {

// A bounded queue of H.264. What is dropped are always whole runs up to a key frame, so that what
// comes out can be decoded; each run comes out as one Gap, and the packet after it carries
// `discontinuity`. When full:
//
//   the new packet is a key frame       everything older goes
//   a key frame waits behind the head   everything before it goes
//   neither                             the new packet goes, and all until the next key frame
//
// StreamInfos are always kept, the newest of a dropped run. Audio travels along: it goes with the
// run that it lies in, waits for no key frame, and where nothing else helps the newest of it goes.
// Used on one executor.
class GopQueue {
 public:
  struct Options {
    int max_packets = 64;
    size_t max_bytes = 8 << 20;
  };
  struct PushResult {
    int dropped = 0;        // packets dropped by this push
    bool need_key = false;  // from now on waits for a key frame: ask for one
  };

  GopQueue() : GopQueue(Options()) {}
  explicit GopQueue(const Options& options) : options_(options) {}

  // Tracks whose packets are no pictures.
  void SetAudioTracks(std::set<uint32_t> tracks) { audio_ = std::move(tracks); }

  // Packets, gaps and stream infos, in order.
  PushResult Push(media::Message message);

  // The next message.
  std::optional<media::Message> Pop();

  // The next message without taking it; null when there is none.
  const media::Message* front() const { return queue_.empty() ? nullptr : &queue_.front(); }

  // Drops everything and waits for a key frame; returns the number of packets dropped.
  int Restart();

  bool empty() const { return queue_.empty(); }
  int packets() const { return packets_; }
  size_t bytes() const { return bytes_; }
  bool waiting_for_key() const { return waiting_for_key_; }
  // Packets dropped so far.
  uint64_t dropped() const { return dropped_; }

 private:
  PushResult PushPacket(media::Packet packet);
  bool HasRoomFor(const media::Packet& packet) const;
  bool IsAudio(const media::Packet& packet) const { return audio_.count(packet.track) > 0; }
  // Decoding of pictures can begin at `packet`.
  bool IsKey(const media::Packet& packet) const { return packet.key && !IsAudio(packet); }
  // Drops the first `count` messages, leaving a gap and the newest stream info.
  int DropHead(size_t count);
  // Position of the first key frame behind the head; 0: there is none.
  size_t NextKey() const;
  // Drops `packet` at the tail.
  PushResult Refuse(const media::Packet& packet);
  void AppendGap(const media::Gap& gap);

  const Options options_;
  std::set<uint32_t> audio_;
  std::deque<media::Message> queue_;
  int packets_ = 0;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
  bool waiting_for_key_ = false;
  bool after_gap_ = false;  // the next packet to come out follows a gap
};

}  // namespace relayfleet::flow

#endif  // RELAYFLEET_LIBS_FLOW_GOP_QUEUE_H_
