// SPDX-License-Identifier: Apache-2.0

#include "services/publish/rtsp_dialer.h"

#include <utility>

namespace relayfleet::publish {
namespace {

class PublisherAttempt final : public RtspAttempt {
 public:
  PublisherAttempt(std::shared_ptr<rtsp::Publisher> publisher,
                   const std::vector<media::Track>& tracks, std::shared_ptr<RtpLines> lines)
      : publisher_(std::move(publisher)), lines_(std::move(lines)) {
    for (const media::Track& track : tracks) ids_.push_back(track.id);
  }

  bool ready() const override { return publisher_->ready(); }
  void Write(const media::Packet& packet) override {
    publisher_->Write(packet);
    // From where the next attempt goes on.
    for (size_t i = 0; i < ids_.size(); ++i) {
      if (ids_[i] == packet.track) (*lines_)[ids_[i]].state = publisher_->state(i);
    }
  }
  void Close() override { publisher_->Close(); }

 private:
  const std::shared_ptr<rtsp::Publisher> publisher_;
  std::vector<uint32_t> ids_;
  const std::shared_ptr<RtpLines> lines_;
};

// The line of a track; a new one where there is none of its kind.
const rtp::RtpState& LineOf(const media::Track& track, RtpLines* lines) {
  RtpLine& line = (*lines)[track.id];
  if (line.codec != track.codec || line.clock_rate != track.clock_rate) {
    line = {track.codec, track.clock_rate, rtp::RtpState::Random()};
  }
  return line.state;
}

}  // namespace

RtspPublisherDialer::RtspPublisherDialer(std::shared_ptr<base::AsioStrand> strand, Options options)
    : strand_(std::move(strand)),
      options_(std::move(options)),
      lines_(std::make_shared<RtpLines>()) {}

std::unique_ptr<RtspAttempt> RtspPublisherDialer::Dial(const MediaServer& server,
                                                       const std::string& path,
                                                       const std::vector<media::Track>& tracks,
                                                       RtspAttempt::Handler handler) {
  rtsp::Publisher::Options options = {
      .url = server.url.WithPath(path),
      .tracks = tracks,
      .handshake_timeout = options_.handshake_timeout,
      .write_stall_timeout = options_.write_stall_timeout,
  };
  for (const media::Track& track : tracks) options.rtp.push_back(LineOf(track, lines_.get()));
  if (!server.own) options.address_check = options_.address_check;
  auto publisher = rtsp::Publisher::Start(strand_, std::move(options),
                                          {.on_recording = std::move(handler.on_recording),
                                           .on_written = std::move(handler.on_written),
                                           .on_ready = std::move(handler.on_ready),
                                           .on_closed = std::move(handler.on_closed)});
  return std::make_unique<PublisherAttempt>(std::move(publisher), tracks, lines_);
}

Line NewRtspLine(base::ThreadRuntime* runtime, const RtspPublisherDialer::Options& options) {
  auto strand = runtime->NewAsioStrand();
  auto dialer = std::make_unique<RtspPublisherDialer>(strand, options);
  return {.strand = std::move(strand), .dialer = std::move(dialer)};
}

}  // namespace relayfleet::publish
