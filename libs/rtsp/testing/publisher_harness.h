// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_PUBLISHER_HARNESS_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_PUBLISHER_HARNESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/packet.h"
#include "libs/media/stream.h"
#include "libs/rtsp/publisher.h"
#include "libs/rtsp/testing/events.h"

namespace relayfleet::rtsp::testing {

// An H.264 track of 1280x720 with real parameter sets.
media::Track TestTrack();

// A key access unit (parameter sets and one IDR unit) whose slice has `size` bytes that depend on
// `seq`; pts is seq * 18000 (5 fps), arrival time seq * 200 ms after 2026-01-01.
media::Packet TestPacket(uint64_t seq, size_t size);

// Runs one Publisher on a strand of its own and writes down what its handlers say: "recording",
// "written 3", "ready", "closed UNAVAILABLE: …".
class PublisherHarness {
 public:
  PublisherHarness();
  ~PublisherHarness();

  static Publisher::Options OptionsFor(absl::string_view url);

  void Start(Publisher::Options options);
  // Runs on the strand and waits for it.
  void Run(std::function<void()> task);
  void Write(const media::Packet& packet);
  void Close();
  bool ready();
  rtp::RtpState state();

  Events& events() { return events_; }
  Publisher& publisher() { return *publisher_; }
  base::AsioStrand& strand() { return *strand_; }

 private:
  Events events_;
  base::ThreadRuntime runtime_;
  const std::shared_ptr<base::AsioStrand> strand_;
  std::shared_ptr<Publisher> publisher_;
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_PUBLISHER_HARNESS_H_
