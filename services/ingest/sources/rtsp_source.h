// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_RTSP_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_RTSP_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/reader.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest {

// A camera or server that is read by RTSP.
//
//   rtsp::Reader ──units──► VideoGate ──► parameter sets, decoding times ──► packets
//                └─audio───────────────────────────────────────────────────►
//
// pts is the camera's RTP time, of all tracks from one zero. Decoding times are estimated
// (DtsEstimator). capture_time comes from sender reports and is trusted within 5 s of arrival.
// Lost packets end the video up to the next key frame, which the camera is asked for.
//
// Ends with UNIMPLEMENTED where the camera has no video that our own client reads; libav perhaps
// does. What a camera refuses today it may grant tomorrow: those ends are UNAVAILABLE, except wrong
// credentials and a forbidden address.
class RtspSource final : public Source {
 public:
  struct Options {
    base::SecretUrl url;  // rtsp or rtsps
    rtsp::Reader::Transport transport = rtsp::Reader::Transport::kTcpThenUdp;
    bool audio = true;                 // reads it where there is any
    rtsp::AddressCheck address_check;  // base::UrlPolicy::CheckAddress
    bool verify_certificate = true;    // of rtsps
    std::string ca_file;               // PEM; empty: the system's
  };

  RtspSource(std::shared_ptr<base::AsioStrand> strand, Options options)
      : strand_(std::move(strand)), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  std::string name() const override { return options_.url.ToString(); }

 private:
  const std::shared_ptr<base::AsioStrand> strand_;
  const Options options_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_RTSP_SOURCE_H_
