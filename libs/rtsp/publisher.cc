// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/publisher.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/clock.h"
#include "libs/media/sdp.h"
#include "libs/rtsp/message.h"

namespace relayfleet::rtsp {
namespace {

// "interleaved=0-1" of the first track.
std::string ChannelsOf(size_t index) {
  return absl::StrCat("interleaved=", 2 * index, "-", 2 * index + 1);
}

// When it was taken, as far as that is known and believed.
absl::Time TakenAt(const media::Packet& packet, const base::Clock& clock) {
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
    : strand_(std::move(strand)), options_(std::move(options)), handler_(std::move(handler)) {
  for (size_t i = 0; i < options_.tracks.size(); ++i) {
    tracks_.emplace_back(options_.tracks[i], i,
                         i < options_.rtp.size() ? options_.rtp[i] : rtp::RtpState::Random());
  }
}

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
  absl::StatusOr<std::string> description = media::WriteSdp(options_.tracks);
  if (!description.ok()) return End(absl::InternalError(description.status().message()));
  request.body = *std::move(description);
  client_->Ask(std::move(request), [weak = weak_from_this()](const Response&) {
    if (auto self = weak.lock()) self->Setup(0);
  });
}

void Publisher::Setup(size_t index) {
  if (index == tracks_.size()) return Record();
  Request request{.method = "SETUP", .uri = absl::StrCat(client_->uri(), "/trackID=", index)};
  const std::string channels = ChannelsOf(index);
  request.headers.Add("Transport", absl::StrCat("RTP/AVP/TCP;unicast;", channels, ";mode=record"));
  client_->Ask(
      std::move(request), [weak = weak_from_this(), index, channels](const Response& response) {
        auto self = weak.lock();
        if (self == nullptr) return;
        if (!absl::StrContains(response.headers.Get("Transport"), channels)) {
          return self->End(absl::InternalError("the server sets up another transport than asked"));
        }
        self->Setup(index + 1);
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
  OutgoingTrack* track = TrackOf(packet.track);
  if (!ready() || track == nullptr) return;
  buffer_.clear();
  track->Append(packet, WallOf(packet, *track), &buffer_);
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

OutgoingTrack* Publisher::TrackOf(uint32_t id) {
  for (OutgoingTrack& track : tracks_) {
    if (track.id() == id) return &track;
  }
  return nullptr;
}

// Sound goes by the pictures' line, however unevenly it comes: readers lay both side by side.
absl::Time Publisher::WallOf(const media::Packet& packet, const OutgoingTrack& track) const {
  if (track.is_audio()) {
    for (const OutgoingTrack& other : tracks_) {
      const absl::Time wall =
          other.is_audio() ? absl::InfinitePast() : other.WallOf(packet.pts, track.clock_rate());
      if (wall != absl::InfinitePast()) return wall;
    }
  }
  return TakenAt(packet, strand_->clock());
}

void Publisher::SendPeriodicReports() {
  buffer_.clear();
  for (const OutgoingTrack& track : tracks_) track.AppendReport(strand_->clock().Wall(), &buffer_);
  client_->SendFrames(buffer_);
  ArmReport();
}

void Publisher::ArmReport() {
  report_timer_ = strand_->After(options_.report_interval, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && self->recording_) self->SendPeriodicReports();
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
