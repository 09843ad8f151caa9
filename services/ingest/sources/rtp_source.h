// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libs/base/thread_runtime.h"
#include "libs/media/stream.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// Video that a camera sends by RTP to a UDP port of ours, with sender reports on the next port if
// that is free, or on the same one.
//
// An attempt ends only where the port can't be had: UNAVAILABLE while another program has it,
// FAILED_PRECONDITION or INVALID_ARGUMENT for what is wrong in the options. Senders may stop and
// come back. Whoever is not allowed is counted, told of and ignored.
class RtpSource final : public Source {
 public:
  struct Options {
    std::string sdp;  // its first video; else the next three
    uint16_t port = 0;
    media::Codec codec = media::Codec::kH264;  // or kH265
    int payload_type = 96;
    // An IP address; empty: the SDP's (c=) where that is ours, else all of IPv4.
    std::string bind_address;
    std::vector<std::string> allow_from;  // addresses and networks; empty: anyone
    absl::Duration reorder_window = absl::Milliseconds(50);
  };

  RtpSource(std::shared_ptr<base::AsioStrand> strand, Options options)
      : strand_(std::move(strand)), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  // Senders come and go.
  bool passive() const override { return true; }
  // E.g. "UDP port 9000".
  std::string name() const override;

 private:
  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_RTP_SOURCE_H_
