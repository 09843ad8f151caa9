// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_
#define RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/stream.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/publisher.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish {

// Where the RTP line of each track stands, by the track's id.
struct RtpLine {
  media::Codec codec = media::Codec::kUnknown;
  int64_t clock_rate = 0;
  rtp::RtpState state;
};
using RtpLines = std::map<uint32_t, RtpLine>;

// Dials by libs/rtsp. Each attempt goes on where the one before left the RTP time lines.
class RtspPublisherDialer final : public RtspDialer {
 public:
  struct Options {
    absl::Duration handshake_timeout = absl::Seconds(2);
    absl::Duration write_stall_timeout = absl::Seconds(2);
    // For the addresses that a caller's server resolves to. Empty: any.
    rtsp::AddressCheck address_check;
  };

  RtspPublisherDialer(std::shared_ptr<base::AsioStrand> strand, Options options);

  std::unique_ptr<RtspAttempt> Dial(const MediaServer& server, const std::string& path,
                                    const std::vector<media::Track>& tracks,
                                    RtspAttempt::Handler handler) override;

 private:
  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  // Shared with the attempts, which leave their last states here.
  const std::shared_ptr<RtpLines> lines_;
};

// A strand of `runtime` with such a dialer: for PublishStageImpl::Options::new_line.
Line NewRtspLine(base::ThreadRuntime* runtime, const RtspPublisherDialer::Options& options);

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_
