// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/publisher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "libs/base/clock.h"
#include "libs/media/sdp.h"
#include "libs/rtp/rtcp.h"
#include "libs/rtp/rtp_packet.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {
namespace {

constexpr uint8_t kPayloadType = 96;
constexpr uint8_t kRtpChannel = 0;
constexpr uint8_t kRtcpChannel = 1;
constexpr absl::string_view kCname = "relayfleet";

// When the picture was taken, as far as that is known and believed.
absl::Time WallTimeOf(const media::Packet& packet, const base::Clock& clock) {
  if (packet.capture_trusted && packet.capture_time != absl::InfinitePast()) {
    return packet.capture_time;
  }
  return packet.arrival_time != absl::InfinitePast() ? packet.arrival_time : clock.Wall();
}

}  // namespace

std::shared_ptr<Publisher> Publisher::Start(std::shared_ptr<base::AsioStrand> strand,
                                            Options options, Handler handler) {
  auto publisher = std::make_shared<Publisher>(Private(), std::move(strand), std::move(options),
                                               std::move(handler));
  publisher->Open();
  return publisher;
}

Publisher::Publisher(Private, std::shared_ptr<base::AsioStrand> strand, Options options,
                     Handler handler)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      handler_(std::move(handler)),
      state_(options_.rtp),
      packetizer_({.payload_type = kPayloadType, .channel = kRtpChannel}) {}

// --- handshake -----------------------------------------------------------------------------------

void Publisher::Open() {
  std::weak_ptr<Publisher> weak = weak_from_this();
  Client::Handler events;
  events.on_connected = [weak] {
    if (auto self = weak.lock()) self->Announce();
  };
  // Receiver reports: MediaMTX's say nothing that its control API does not.
  events.on_frame = [](const InterleavedFrame&) {};
  events.on_flushed = [weak] {
    if (auto self = weak.lock()) self->OnFlushed();
  };
  events.on_closed = [weak](absl::Status status) {
    if (auto self = weak.lock()) self->End(std::move(status));
  };
  client_ = Client::Start(strand_,
                          {.url = options_.url,
                           .address_check = options_.address_check,
                           .stall_timeout = options_.write_stall_timeout},
                          std::move(events));
  handshake_timer_ = strand_->After(options_.handshake_timeout, [weak] {
    if (auto self = weak.lock()) {
      self->End(absl::DeadlineExceededError("the server does not answer in time"));
    }
  });
}

void Publisher::Announce() {
  Request request{.method = "ANNOUNCE", .uri = client_->uri()};
  request.headers.Add("Content-Type", "application/sdp");
  request.body = media::WriteSdp({options_.track}).value_or("");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response&) {
    if (auto self = weak.lock()) self->Setup();
  });
}

void Publisher::Setup() {
  Request request{.method = "SETUP", .uri = client_->uri() + "/trackID=0"};
  request.headers.Add("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response& response) {
    auto self = weak.lock();
    if (self == nullptr) return;
    const absl::string_view transport = response.headers.Get("Transport");
    if (!absl::StrContains(transport, "interleaved=0-1")) {
      return self->End(absl::InternalError("the server sets up another transport than asked"));
    }
    self->Record();
  });
}

void Publisher::Record() {
  Request request{.method = "RECORD", .uri = client_->uri()};
  request.headers.Add("Range", "npt=0.000-");
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response&) {
    if (auto self = weak.lock()) self->OnRecording();
  });
}

void Publisher::OnRecording() {
  handshake_timer_.Cancel();
  recording_ = true;
  ArmReport();
  handler_.on_recording();
}

// --- media ---------------------------------------------------------------------------------------

bool Publisher::ready() const { return recording_ && client_->flushed(); }

void Publisher::Write(const media::Packet& packet) {
  if (!ready()) return;
  buffer_.clear();
  // A repeat shows an old picture at a new time: the line stays where the picture itself put it.
  if (!packet.repeat || state_.last_wall == absl::InfinitePast()) {
    state_.last_wall = WallTimeOf(packet, strand_->clock());
    state_.last_pts = packet.pts;
  }
  if (!announced_) AppendOpening(packet);
  packetizer_.Append(*packet.payload, state_.RtpTime(packet.pts), &state_, &buffer_);
  client_->SendFrames(buffer_);
  if (!client_->flushed()) {
    unwritten_ = packet.seq;
    return;
  }
  strand_->Post([weak = weak_from_this(), seq = packet.seq] {
    auto self = weak.lock();
    if (self != nullptr && self->recording_) self->handler_.on_written(seq);
  });
}

void Publisher::OnFlushed() {
  if (const auto seq = std::exchange(unwritten_, std::nullopt)) handler_.on_written(*seq);
  if (ready()) handler_.on_ready();
}

// --- reports -------------------------------------------------------------------------------------

// MediaMTX takes the SSRC from the first RTP packet and ignores reports before it; where it keeps
// absolute times, it drops packets until the first report that it takes. So one packet that is no
// loss goes ahead of the report, and the picture comes behind it.
void Publisher::AppendOpening(const media::Packet& packet) {
  packetizer_.AppendDelimiter(state_.RtpTime(packet.pts), &state_, &buffer_);
  AppendReport(absl::ZeroDuration());
  announced_ = true;
}

// Reports the newest picture's place on both time lines, moved on by `elapsed`.
void Publisher::AppendReport(absl::Duration elapsed) {
  const int64_t ticks = absl::ToInt64Microseconds(elapsed) * options_.track.clock_rate / 1000000;
  const rtp::SenderReport report = {.ssrc = state_.ssrc,
                                    .wall = state_.last_wall + elapsed,
                                    .rtp_time = state_.RtpTime(state_.last_pts + ticks),
                                    .packets = state_.packets,
                                    .octets = state_.octets};
  std::string rtcp;
  rtp::AppendSenderReport(report, kCname, &rtcp);
  rtp::AppendInterleavedHeader(kRtcpChannel, rtcp.size(), &buffer_);
  buffer_ += rtcp;
}

void Publisher::SendPeriodicReport() {
  buffer_.clear();
  if (state_.last_wall != absl::InfinitePast()) {
    AppendReport(std::max(strand_->clock().Wall() - state_.last_wall, absl::ZeroDuration()));
  } else {
    // No picture yet: nothing to report, but the server wants to hear from us.
    std::string rtcp;
    rtp::AppendEmptyReceiverReport(state_.ssrc, kCname, &rtcp);
    rtp::AppendInterleavedHeader(kRtcpChannel, rtcp.size(), &buffer_);
    buffer_ += rtcp;
  }
  client_->SendFrames(buffer_);
  ArmReport();
}

void Publisher::ArmReport() {
  report_timer_ = strand_->After(options_.report_interval, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && self->recording_) self->SendPeriodicReport();
  });
}

// --- end -----------------------------------------------------------------------------------------

void Publisher::Close() {
  recording_ = false;
  handshake_timer_.Cancel();
  report_timer_.Cancel();
  client_->Close("TEARDOWN");
  closed_ = true;
}

void Publisher::End(absl::Status status) {
  if (closed_) return;
  Close();
  handler_.on_closed(std::move(status));
}

}  // namespace relayfleet::rtsp
