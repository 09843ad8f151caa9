// SPDX-License-Identifier: Apache-2.0

#include "services/publish/rtsp_dialer.h"

#include <utility>

namespace relayfleet::publish {
namespace {

class PublisherAttempt final : public RtspAttempt {
 public:
  PublisherAttempt(std::shared_ptr<rtsp::Publisher> publisher, std::shared_ptr<rtp::RtpState> state)
      : publisher_(std::move(publisher)), state_(std::move(state)) {}

  bool ready() const override { return publisher_->ready(); }
  void Write(const media::Packet& packet) override {
    publisher_->Write(packet);
    *state_ = publisher_->state();  // from where the next attempt goes on
  }
  void Close() override { publisher_->Close(); }

 private:
  const std::shared_ptr<rtsp::Publisher> publisher_;
  const std::shared_ptr<rtp::RtpState> state_;
};

}  // namespace

RtspPublisherDialer::RtspPublisherDialer(std::shared_ptr<base::AsioStrand> strand, Options options)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      state_(std::make_shared<rtp::RtpState>(rtp::RtpState::Random())) {}

std::unique_ptr<RtspAttempt> RtspPublisherDialer::Dial(const MediaServer& server,
                                                       const std::string& path,
                                                       const media::Track& track,
                                                       RtspAttempt::Handler handler) {
  rtsp::Publisher::Options options = {
      .url = server.url.WithPath(path),
      .track = track,
      .handshake_timeout = options_.handshake_timeout,
      .write_stall_timeout = options_.write_stall_timeout,
      .rtp = *state_,
  };
  if (!server.own) options.address_check = options_.address_check;
  auto publisher = rtsp::Publisher::Start(strand_, std::move(options),
                                          {.on_recording = std::move(handler.on_recording),
                                           .on_written = std::move(handler.on_written),
                                           .on_ready = std::move(handler.on_ready),
                                           .on_closed = std::move(handler.on_closed)});
  return std::make_unique<PublisherAttempt>(std::move(publisher), state_);
}

Line NewRtspLine(base::ThreadRuntime* runtime, const RtspPublisherDialer::Options& options) {
  auto strand = runtime->NewAsioStrand();
  auto dialer = std::make_unique<RtspPublisherDialer>(strand, options);
  return {.strand = std::move(strand), .dialer = std::move(dialer)};
}

}  // namespace relayfleet::publish
