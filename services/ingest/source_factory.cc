// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_factory.h"

#include <utility>
#include <variant>

#include "libs/base/thread_runtime.h"
#include "services/ingest/fallback_source.h"
#include "services/ingest/refused_source.h"
#include "services/ingest/sources/fifo_source.h"
#include "services/ingest/sources/file_source.h"
#include "services/ingest/sources/rtp_source.h"
#include "services/ingest/sources/rtsp_source.h"
#include "services/ingest/sources/url_source.h"

namespace relayfleet::ingest {
namespace {

rtsp::Reader::Transport TransportOf(RtspTransport transport) {
  switch (transport) {
    case RtspTransport::kTcp:
      return rtsp::Reader::Transport::kTcp;
    case RtspTransport::kUdp:
      return rtsp::Reader::Transport::kUdp;
    case RtspTransport::kTcpThenUdp:
      break;
  }
  return rtsp::Reader::Transport::kTcpThenUdp;
}

}  // namespace

// Makes the source of one relay: a call for each kind.
struct SourceFactory::Maker {
  const Options& options;
  SourceThreads* threads;
  std::shared_ptr<base::AsioStrand> strand;
  bool audio;

  std::unique_ptr<Source> operator()(const FramesSpec&) const { return nullptr; }

  // By our own client, which adds no latency; what it can't read, libav perhaps can.
  std::unique_ptr<Source> operator()(const RtspSpec& spec) const {
    auto own = std::make_unique<RtspSource>(
        strand, RtspSource::Options{.url = spec.url,
                                    .transport = TransportOf(spec.transport),
                                    .audio = audio,
                                    .address_check =
                                        [policy = options.policy.rtsp](const auto& address) {
                                          return policy.CheckAddress(address);
                                        },
                                    .verify_certificate = options.verify_certificate,
                                    .ca_file = options.ca_file});
    auto libav = std::make_unique<UrlSource>(
        strand, threads, UrlSource::Options{.url = spec.url, .policy = options.policy.rtsp});
    return std::make_unique<FallbackSource>(
        strand, FallbackSource::Options{
                    .first = std::move(own), .second = std::move(libav), .second_name = "libav"});
  }

  std::unique_ptr<Source> operator()(const RtpSpec& spec) const {
    return std::make_unique<RtpSource>(strand,
                                       RtpSource::Options{.sdp = spec.sdp,
                                                          .port = spec.port,
                                                          .codec = spec.codec,
                                                          .payload_type = spec.payload_type,
                                                          .bind_address = spec.bind_address,
                                                          .allow_from = spec.allow_from,
                                                          .reorder_window = spec.reorder_window});
  }

  std::unique_ptr<Source> operator()(const AnnexbSpec& spec) const {
    if (spec.fifo.empty()) return nullptr;
    return std::make_unique<FifoSource>(strand, FifoSource::Options{.path = spec.fifo});
  }

  std::unique_ptr<Source> operator()(const FileSpec& spec) const {
    FileSource::Options file = {.location = FileSource::LocalFile{spec.path}, .loop = spec.loop};
    if (spec.url.has_value()) {
      file.location = FileSource::WebObject{.url = *spec.url, .policy = options.policy.file};
    }
    if (spec.s3.has_value()) {
      file.location =
          FileSource::S3Object{.s3 = options.s3, .bucket = spec.s3->bucket, .key = spec.s3->key};
    }
    return std::make_unique<FileSource>(strand, threads, std::move(file));
  }

  std::unique_ptr<Source> operator()(const UrlSpec& spec) const {
    return std::make_unique<UrlSource>(
        strand, threads, UrlSource::Options{.url = spec.url, .policy = options.policy.url});
  }

  std::unique_ptr<Source> operator()(const RefusedSpec& spec) const {
    return std::make_unique<RefusedSource>(strand, spec.why);
  }
};

std::unique_ptr<Source> SourceFactory::Make(const ResolvedSpec& spec,
                                            const std::shared_ptr<base::Executor>& strand) {
  return std::visit(Maker{.options = options_,
                          .threads = &threads_,
                          // A ThreadRuntime makes no others.
                          .strand = std::static_pointer_cast<base::AsioStrand>(strand),
                          .audio = spec.output.audio != AudioMode::kNone},
                    spec.source);
}

}  // namespace relayfleet::ingest
