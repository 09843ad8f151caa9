// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_PUBLISH_LINK_H_
#define RELAYFLEET_SERVICES_INGEST_PUBLISH_LINK_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/flow/credit.h"
#include "libs/flow/gop_queue.h"
#include "libs/flow/stages.h"
#include "services/ingest/stage_link.h"

namespace relayfleet::ingest {

// Hands a relay's access units and audio frames to publish and survives its death.
//
//   Send ─► queue that drops to the next IDR ─(credit)─► pipe ─► publish ─► MediaMTX
//
// Numbers the packets of the published stream: out_seq grows by one over the relay's whole life.
// Each ends in on_written or on_dropped. An instance that drains writes what it has, ends its RTSP
// session, and the next one begins with a key frame. Lives on the relay's strand, where all
// handlers run.
class PublishLink {
 public:
  struct Options {
    std::string path;
    std::optional<base::SecretUrl> mediamtx_url;  // none: publish's own
    uint64_t epoch = 0;
    absl::Duration linger = absl::Seconds(8);
    // How long publish may owe an answer before it counts as frozen.
    absl::Duration silence = absl::Seconds(2);
    // Number of the first packet: a link that takes another's place goes on where that one ended.
    uint64_t first_seq = 1;
  };
  struct Handler {
    absl::AnyInvocable<void(const flow::PublishOpened&)> on_up;
    // So many packets left the queue: room for as many more.
    absl::AnyInvocable<void(uint32_t packets)> on_room;
    absl::AnyInvocable<void(uint64_t first_out_seq, uint64_t last_out_seq, uint32_t track)>
        on_written;
    absl::AnyInvocable<void(uint64_t first_out_seq, uint64_t last_out_seq, absl::string_view why)>
        on_dropped;
    absl::AnyInvocable<void(flow::NeedKeyReason)> on_need_key;
    absl::AnyInvocable<void(const flow::Online&)> on_online;
    absl::AnyInvocable<void(const flow::Lost&)> on_lost;
    absl::AnyInvocable<void(const absl::Status& why, absl::Duration retry_in)> on_down;
    // Publish owes an answer and gives none; and it speaks again.
    absl::AnyInvocable<void(absl::Duration limit)> on_silent;
    absl::AnyInvocable<void()> on_heard;
  };

  PublishLink(std::shared_ptr<base::Executor> executor, flow::PublishConnector& connector,
              Options options, Handler handler);

  void Start();
  // Ends the session: STOP ends the stream at MediaMTX, a handover leaves it to the next owner.
  // `done` follows when publish has closed, at most `deadline` later. From here on no handler is
  // called but on_written and on_dropped.
  void Stop(bool handover, absl::Duration deadline, absl::AnyInvocable<void()> done);

  void SetInfo(media::StreamInfo info);
  // Sends `packet` as number next_seq().
  void Send(media::Packet packet);
  uint64_t next_seq() const { return next_seq_; }
  // Packets that wait for room in publish; any thread.
  int waiting() const { return depth_.load(std::memory_order_relaxed); }

 private:
  struct Sent {
    uint64_t out_seq;
    uint32_t track;
    int64_t dts;
  };

  void OnConnect();
  void OnMessage(flow::PublishDown message);
  void OnOpened(const flow::PublishOpened& opened);
  void OnWritten(const flow::WrittenThrough& written);
  void OnDraining();
  void HandOver();
  void OnDown(const absl::Status& why, absl::Duration retry_in);
  void SettleInFlight(const std::map<uint32_t, flow::WrittenRun>& written);
  void Queue(media::Message message);
  void GiveRoom(uint32_t packets);
  absl::Duration TimeOf(const media::Packet& packet) const;
  bool MaySend(const media::Message& message) const;
  void Pump();
  void SendPacket(media::Packet packet);
  void Finish();

  const std::shared_ptr<base::Executor> executor_;
  const Options options_;
  Handler handler_;
  bool open_ = false;
  bool stopping_ = false;
  bool leaving_ = false;  // this instance drains: it gets no further packet
  uint64_t next_seq_;
  uint64_t last_sent_ = 0;
  uint64_t dropped_ = 0;        // by publish, on this pipe
  std::deque<Sent> in_flight_;  // sent, neither written nor dropped as far as we know
  std::optional<media::StreamInfo> info_;
  flow::CreditCounter credits_;
  flow::InFlightWindow window_;
  std::optional<flow::GopQueue> queue_ = flow::GopQueue();
  std::atomic<int> depth_ = 0;  // of `queue_`
  base::Timer deadline_;
  base::Timer handover_;
  absl::AnyInvocable<void()> stopped_;
  StageLink<flow::PublishUp, flow::PublishDown> link_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_PUBLISH_LINK_H_
