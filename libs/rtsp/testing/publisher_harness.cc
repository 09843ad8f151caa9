// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/publisher_harness.h"

#include <future>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/media/annexb.h"

namespace relayfleet::rtsp::testing {

media::Track TestTrack() {
  media::Track track;
  track.codec = media::Codec::kH264;
  track.width = 1280;
  track.height = 720;
  track.sps = absl::HexStringToBytes("6742c01fd9005005bb0110000003001000000300a0f1832480");
  track.pps = absl::HexStringToBytes("68cb83cb20");
  return track;
}

media::Packet TestPacket(uint64_t seq, size_t size) {
  std::string slice = "\x65\x88\x84";
  while (slice.size() < size) {
    slice.push_back(static_cast<char>((slice.size() * 31 + seq) % 251 + 4));
  }
  std::string access_unit;
  media::AppendNal(TestTrack().sps, &access_unit);
  media::AppendNal(TestTrack().pps, &access_unit);
  media::AppendNal(slice, &access_unit);
  media::Packet packet;
  packet.seq = seq;
  packet.pts = packet.dts = static_cast<int64_t>(seq) * 18000;
  packet.key = true;
  packet.arrival_time = absl::FromUnixSeconds(1767225600) + seq * absl::Milliseconds(200);
  packet.payload = media::MakePayload(std::move(access_unit));
  return packet;
}

PublisherHarness::PublisherHarness()
    : runtime_(2, "publisher"), strand_(runtime_.NewAsioStrand()) {}

PublisherHarness::~PublisherHarness() {
  Run([this] { publisher_.reset(); });
}

Publisher::Options PublisherHarness::OptionsFor(absl::string_view url) {
  return {.url = base::SecretUrl::Parse(url).value(),
          .tracks = {TestTrack()},
          .report_interval = absl::Hours(1)};
}

void PublisherHarness::Start(Publisher::Options options) {
  Run([this, &options] {
    Publisher::Handler handler;
    handler.on_recording = [this] { events_.Add("recording"); };
    handler.on_written = [this](uint64_t seq) { events_.Add(absl::StrCat("written ", seq)); };
    handler.on_ready = [this] { events_.Add("ready"); };
    handler.on_closed = [this](const absl::Status& status) {
      events_.Add(absl::StrCat("closed ", status.ToString()));
    };
    publisher_ = Publisher::Start(strand_, std::move(options), std::move(handler));
  });
}

void PublisherHarness::Run(std::function<void()> task) {
  std::promise<void> done;
  strand_->Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void PublisherHarness::Write(const media::Packet& packet) {
  Run([&] { publisher_->Write(packet); });
}

void PublisherHarness::Close() {
  Run([this] { publisher_->Close(); });
}

bool PublisherHarness::ready() {
  bool ready = false;
  Run([&] { ready = publisher_->ready(); });
  return ready;
}

rtp::RtpState PublisherHarness::state() {
  rtp::RtpState state;
  Run([&] { state = publisher_->state(0); });
  return state;
}

}  // namespace relayfleet::rtsp::testing
