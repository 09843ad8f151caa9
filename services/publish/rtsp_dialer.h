// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_
#define RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_

#include <memory>

#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtp/rtp_state.h"
#include "libs/rtsp/publisher.h"
#include "services/publish/rtsp_attempt.h"

namespace relayfleet::publish {

// Dials by libs/rtsp. Each attempt goes on where the one before left the RTP time line.
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
                                    const media::Track& track,
                                    RtspAttempt::Handler handler) override;

 private:
  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
  // Shared with the attempts, which leave their last state here.
  const std::shared_ptr<rtp::RtpState> state_;
};

// A strand of `runtime` with such a dialer: for PublishStageImpl::Options::new_line.
Line NewRtspLine(base::ThreadRuntime* runtime, const RtspPublisherDialer::Options& options);

}  // namespace relayfleet::publish

#endif  // RELAYFLEET_SERVICES_PUBLISH_RTSP_DIALER_H_
