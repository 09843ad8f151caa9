// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/rtp_source.h"

#include <boost/asio/ip/address.hpp>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/media/sdp.h"
#include "services/ingest/sources/address_list.h"
#include "services/ingest/sources/rtp_stream.h"
#include "services/ingest/sources/udp_port.h"

namespace relayfleet::ingest {
namespace {
namespace ip = boost::asio::ip;

// Between two notes about strangers.
constexpr absl::Duration kNoteInterval = absl::Minutes(1);

// What the options mean.
struct Plan {
  media::SdpMedia media;
  media::Track track;
  bool more_media = false;  // than the one that is read
};

absl::StatusOr<Plan> PlanOfSdp(const std::string& text) {
  const absl::StatusOr<media::Sdp> sdp = media::ParseSdp(text);
  if (!sdp.ok()) return sdp.status();
  absl::Status refused = absl::InvalidArgumentError("the SDP has no video");
  for (const media::SdpMedia& media : sdp->media) {
    if (media.kind != "video") continue;
    absl::StatusOr<media::Track> track = media::TrackOf(media);
    if (track.ok()) return Plan{media, *std::move(track), sdp->media.size() > 1};
    refused = track.status();
  }
  return refused;
}

absl::StatusOr<Plan> PlanOf(const RtpSource::Options& options) {
  if (!options.sdp.empty()) return PlanOfSdp(options.sdp);
  Plan plan;
  plan.media.kind = "video";
  plan.media.port = options.port;
  plan.media.payload_type = static_cast<uint8_t>(options.payload_type);
  plan.media.encoding = options.codec == media::Codec::kH265 ? "H265" : "H264";
  plan.media.clock_rate = media::kVideoClockRate;
  absl::StatusOr<media::Track> track = media::TrackOf(plan.media);
  if (!track.ok()) return track.status();
  plan.track = *std::move(track);
  return plan;
}

class RtpReceiver final : public std::enable_shared_from_this<RtpReceiver> {
 public:
  RtpReceiver(std::shared_ptr<base::AsioStrand> strand, RtpSource::Options options,
              SourceAttempt::Handler handler)
      : strand_(std::move(strand)), options_(std::move(options)), handler_(std::move(handler)) {}

  void Start() {
    strand_->Post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr || self->closed_) return;
      if (absl::Status opened = self->Open(); !opened.ok()) self->End(std::move(opened));
    });
  }

  void Close();

 private:
  absl::Status Open();
  absl::Status Bind(const media::SdpMedia& media);
  absl::Status BindAt(const ip::address& address, uint16_t port);
  UdpPort::Receive Receiver(void (RtpReceiver::*take)(absl::string_view));
  void TakeMedia(absl::string_view bytes);
  void TakeControl(absl::string_view bytes);
  RtpStream::Arrival Now() const;
  void ArmFlush();
  void NoteStrangers();
  void End(absl::Status status);

  const std::shared_ptr<base::AsioStrand> strand_;
  const RtpSource::Options options_;
  // What RtpStream calls: the owner's, unless closed meanwhile.
  SourceAttempt::Handler handler_;
  SourceAttempt::Handler guarded_;
  AddressList allowed_;
  std::unique_ptr<RtpStream> stream_;
  std::shared_ptr<UdpPort> media_port_;
  std::shared_ptr<UdpPort> control_port_;  // null: not free
  bool closed_ = false;
  uint64_t refused_ = 0;  // datagrams of those who may not send
  uint64_t strangers_noted_ = 0;
  absl::Duration next_note_ = -absl::InfiniteDuration();
  base::Timer flush_;
};

absl::Status RtpReceiver::Open() {
  absl::StatusOr<AddressList> allowed = AddressList::Parse(options_.allow_from);
  if (!allowed.ok()) return allowed.status();
  allowed_ = *std::move(allowed);
  absl::StatusOr<Plan> plan = PlanOf(options_);
  if (!plan.ok()) return plan.status();
  guarded_.on_info = [this](media::StreamInfo info) {
    if (!closed_) handler_.on_info(std::move(info));
  };
  guarded_.on_packet = [this](media::Packet packet) {
    if (!closed_) handler_.on_packet(std::move(packet));
  };
  guarded_.on_lost = [this](uint64_t packets) {
    if (!closed_) handler_.on_lost(packets);
  };
  guarded_.on_note = [this](std::string note) {
    if (!closed_) handler_.on_note(std::move(note));
  };
  absl::StatusOr<std::unique_ptr<RtpStream>> stream = RtpStream::Create(
      {.track = plan->track, .media = plan->media, .reorder_window = options_.reorder_window},
      &guarded_);
  if (!stream.ok()) return stream.status();
  stream_ = *std::move(stream);
  if (absl::Status bound = Bind(plan->media); !bound.ok()) return bound;
  if (plan->more_media) handler_.on_note("only the first video of the SDP is read");
  return absl::OkStatus();
}

absl::Status RtpReceiver::Bind(const media::SdpMedia& media) {
  const ip::address any = ip::address_v4::any();
  boost::system::error_code error;
  const bool said = !options_.bind_address.empty();
  const ip::address address = ip::make_address(said ? options_.bind_address : media.address, error);
  if (said && error) return absl::InvalidArgumentError("bind_address is not an IP address");
  if (!error && !address.is_multicast()) {
    absl::Status bound = BindAt(address, media.port);
    // The address of an SDP may as well be the sender's.
    if (said || !absl::IsFailedPrecondition(bound)) return bound;
  }
  return BindAt(any, media.port);
}

absl::Status RtpReceiver::BindAt(const ip::address& address, uint16_t port) {
  absl::StatusOr<std::shared_ptr<UdpPort>> media =
      UdpPort::Bind(strand_, address, port, Receiver(&RtpReceiver::TakeMedia));
  if (!media.ok()) return media.status();
  media_port_ = *std::move(media);
  if (port == 65535) return absl::OkStatus();
  absl::StatusOr<std::shared_ptr<UdpPort>> control = UdpPort::Bind(
      strand_, address, static_cast<uint16_t>(port + 1), Receiver(&RtpReceiver::TakeControl));
  if (control.ok()) control_port_ = *std::move(control);
  return absl::OkStatus();
}

UdpPort::Receive RtpReceiver::Receiver(void (RtpReceiver::*take)(absl::string_view)) {
  return [weak = weak_from_this(), take](absl::string_view bytes, const ip::address& from) {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    if (self->allowed_.Allows(from)) {
      ((*self).*take)(bytes);
    } else {
      ++self->refused_;
    }
    self->NoteStrangers();
  };
}

void RtpReceiver::TakeMedia(absl::string_view bytes) {
  stream_->Push(bytes, Now());
  ArmFlush();
}

void RtpReceiver::TakeControl(absl::string_view bytes) { stream_->PushControl(bytes); }

RtpStream::Arrival RtpReceiver::Now() const {
  return {strand_->clock().Wall(), strand_->clock().Monotonic()};
}

void RtpReceiver::ArmFlush() {
  flush_.Cancel();
  const std::optional<absl::Duration> deadline = stream_->deadline();
  if (closed_ || !deadline.has_value()) return;
  flush_ = strand_->After(*deadline - strand_->clock().Monotonic(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    self->stream_->Flush(self->Now());
    self->ArmFlush();
  });
}

void RtpReceiver::NoteStrangers() {
  const uint64_t strangers = refused_ + stream_->strangers();
  if (closed_ || strangers == strangers_noted_) return;
  const absl::Duration now = strand_->clock().Monotonic();
  if (now < next_note_) return;
  next_note_ = now + kNoteInterval;
  strangers_noted_ = strangers;
  handler_.on_note(absl::StrCat(strangers, " packets of other senders ignored so far",
                                refused_ > 0 ? " (allow_from does not name them)" : ""));
}

void RtpReceiver::Close() {
  closed_ = true;
  flush_.Cancel();
  if (media_port_ != nullptr) media_port_->Close();
  if (control_port_ != nullptr) control_port_->Close();
}

void RtpReceiver::End(absl::Status status) {
  Close();
  handler_.on_end(std::move(status));
}

class RtpAttempt final : public SourceAttempt {
 public:
  explicit RtpAttempt(std::shared_ptr<RtpReceiver> receiver) : receiver_(std::move(receiver)) {
    receiver_->Start();
  }
  ~RtpAttempt() override { receiver_->Close(); }

 private:
  const std::shared_ptr<RtpReceiver> receiver_;
};

}  // namespace

std::unique_ptr<SourceAttempt> RtpSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<RtpAttempt>(
      std::make_shared<RtpReceiver>(strand_, options_, std::move(handler)));
}

std::string RtpSource::name() const {
  const absl::StatusOr<Plan> plan = PlanOf(options_);
  return absl::StrCat("UDP port ", plan.ok() ? plan->media.port : options_.port);
}

}  // namespace relayfleet::ingest
