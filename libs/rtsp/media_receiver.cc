// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/media_receiver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"

namespace relayfleet::rtsp {
namespace {

constexpr absl::string_view kCname = "relayfleet";

// RTP and RTCP on one way (RFC 5761, 4): packet types 192 to 223 are RTCP, whatever the channel.
bool IsRtcp(absl::string_view packet) {
  if (packet.size() < 2) return false;
  const auto type = static_cast<uint8_t>(packet[1]);
  return type >= 192 && type <= 223;
}

uint32_t RandomSsrc() {
  absl::BitGen random;
  return absl::Uniform<uint32_t>(random);
}

}  // namespace

std::shared_ptr<MediaReceiver> MediaReceiver::Create(std::shared_ptr<base::AsioStrand> strand,
                                                     Options options, Handler handler) {
  return std::make_shared<MediaReceiver>(Private(), std::move(strand), options, std::move(handler));
}

MediaReceiver::MediaReceiver(Private, std::shared_ptr<base::AsioStrand> strand, Options options,
                             Handler handler)
    : strand_(std::move(strand)),
      options_(options),
      handler_(std::move(handler)),
      ssrc_(RandomSsrc()) {}

// --- ways ----------------------------------------------------------------------------------------

void MediaReceiver::AddTcp(PlayPlan::Item item, uint8_t rtp_channel, uint8_t rtcp_channel) {
  legs_.push_back(
      std::make_unique<Leg>(Leg{.receiver = TrackReceiver(std::move(item), std::nullopt),
                                .rtp_channel = rtp_channel,
                                .rtcp_channel = rtcp_channel}));
}

absl::StatusOr<std::shared_ptr<UdpPair>> MediaReceiver::OpenUdp(
    const boost::asio::ip::address& sender) {
  // The handlers have to know their ports, which are only made now.
  auto ports = std::make_shared<const UdpPair*>(nullptr);
  const auto deliver = [weak = weak_from_this(), ports](bool rtp) {
    return [weak, ports, rtp](absl::string_view datagram) {
      if (auto self = weak.lock()) self->OnDatagram(*ports, datagram, rtp);
    };
  };
  absl::StatusOr<std::shared_ptr<UdpPair>> pair =
      UdpPair::Open(strand_, sender, {.on_rtp = deliver(true), .on_rtcp = deliver(false)});
  if (pair.ok()) *ports = pair->get();
  return pair;
}

void MediaReceiver::AddUdp(PlayPlan::Item item, std::shared_ptr<UdpPair> ports) {
  legs_.push_back(
      std::make_unique<Leg>(Leg{.receiver = TrackReceiver(std::move(item), options_.reorder_window),
                                .udp = std::move(ports)}));
}

// --- in ------------------------------------------------------------------------------------------

void MediaReceiver::Begin() { begun_ = true; }

void MediaReceiver::OnFrame(const InterleavedFrame& frame) {
  if (Leg* leg = LegOf(frame); leg != nullptr) Take(leg, frame.payload, !IsRtcp(frame.payload));
}

// By channel. Some servers use others than they said: then by what is in the packet.
MediaReceiver::Leg* MediaReceiver::LegOf(const InterleavedFrame& frame) {
  for (const std::unique_ptr<Leg>& leg : legs_) {
    const bool named = frame.channel == leg->rtp_channel || frame.channel == leg->rtcp_channel;
    if (named && leg->udp == nullptr) return leg.get();
  }
  const absl::StatusOr<rtp::RtpPacket> packet = rtp::ParseRtpPacket(frame.payload);
  if (!packet.ok() || IsRtcp(frame.payload)) return nullptr;
  for (const std::unique_ptr<Leg>& leg : legs_) {
    if (leg->receiver.payload_type() != packet->payload_type) continue;
    leg->rtp_channel = frame.channel;
    leg->rtcp_channel = static_cast<uint8_t>(frame.channel + 1);
    return leg.get();
  }
  return nullptr;
}

void MediaReceiver::OnDatagram(const UdpPair* ports, absl::string_view datagram, bool rtp) {
  for (const std::unique_ptr<Leg>& leg : legs_) {
    if (leg->udp.get() == ports) return Take(leg.get(), datagram, rtp);
  }
}

void MediaReceiver::Take(Leg* leg, absl::string_view packet, bool rtp) {
  if (!begun_ || closed_) return;
  const absl::Duration now = strand_->clock().Monotonic();
  if (!rtp) return leg->receiver.OnRtcp(packet, now);
  Give(leg, leg->receiver.OnRtp(packet, now));
  ArmFlush(leg);
}

void MediaReceiver::Give(Leg* leg, std::vector<TrackReceiver::Unit> units) {
  for (TrackReceiver::Unit& unit : units) {
    if (closed_) return;
    const media::Track& track = leg->receiver.track();
    const absl::Duration arrival = strand_->clock().Monotonic();
    handler_.on_unit({.track = track.id,
                      .bytes = std::move(unit.rtp.bytes),
                      .pts = sync_.Place({.track = track.id,
                                          .ticks = unit.ticks,
                                          .clock_rate = track.clock_rate,
                                          .arrival = arrival,
                                          .sender_wall = unit.sender_wall}),
                      .key = unit.rtp.key,
                      .discontinuity = unit.rtp.discontinuity,
                      .received_wall = strand_->clock().Wall(),
                      .received_mono = arrival,
                      .sender_wall = unit.sender_wall});
  }
}

// What waits for a packet that never comes goes on by time as well as by what comes after it.
void MediaReceiver::ArmFlush(Leg* leg) {
  const std::optional<absl::Duration> deadline = leg->receiver.deadline();
  if (!deadline.has_value()) return leg->flush_timer.Cancel();
  const absl::Duration delay = *deadline - strand_->clock().Monotonic();
  leg->flush_timer = strand_->After(delay, [weak = weak_from_this(), leg] {
    auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    self->Give(leg, leg->receiver.Flush(self->strand_->clock().Monotonic()));
    if (!self->closed_) self->ArmFlush(leg);
  });
}

// --- out -----------------------------------------------------------------------------------------

void MediaReceiver::SendReports() {
  for (const std::unique_ptr<Leg>& leg : legs_) {
    std::vector<rtp::ReportBlock> blocks;
    const auto block = leg->receiver.Report(strand_->clock().Monotonic());
    if (block.has_value()) blocks.push_back(*block);
    std::string packet;
    rtp::AppendReceiverReport(ssrc_, blocks, kCname, &packet);
    SendRtcp(leg.get(), packet);
  }
}

// The video is the first track.
void MediaReceiver::AskKey() {
  if (closed_ || legs_.empty() || !legs_[0]->receiver.ssrc().has_value()) return;
  std::string packet;
  rtp::AppendPictureLoss(ssrc_, *legs_[0]->receiver.ssrc(), kCname, &packet);
  SendRtcp(legs_[0].get(), packet);
}

void MediaReceiver::SendRtcp(Leg* leg, absl::string_view packet) {
  if (leg->udp != nullptr) return leg->udp->SendRtcp(packet);
  std::string frame;
  rtp::AppendInterleavedHeader(leg->rtcp_channel, packet.size(), &frame);
  frame.append(packet.data(), packet.size());
  handler_.send_frames(frame);
}

// --- about it ------------------------------------------------------------------------------------

std::vector<media::Track> MediaReceiver::tracks() const {
  std::vector<media::Track> tracks;
  for (const std::unique_ptr<Leg>& leg : legs_) tracks.push_back(leg->receiver.track());
  return tracks;
}

uint64_t MediaReceiver::lost_packets() const {
  uint64_t lost = 0;
  for (const std::unique_ptr<Leg>& leg : legs_) lost += leg->receiver.lost_packets();
  return lost;
}

bool MediaReceiver::over_udp() const {
  return std::any_of(legs_.begin(), legs_.end(),
                     [](const std::unique_ptr<Leg>& leg) { return leg->udp != nullptr; });
}

void MediaReceiver::Close() {
  closed_ = true;
  // The sockets close with it, even while a handler holds us.
  for (const std::unique_ptr<Leg>& leg : legs_) {
    leg->udp = nullptr;
    leg->flush_timer.Cancel();
  }
}

}  // namespace relayfleet::rtsp
