// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/source_factory.h"

#include <utility>

#include "absl/status/status.h"
#include "libs/base/errors.h"
#include "services/ingest/refused_source.h"
#include "services/ingest/sources/fifo_source.h"

namespace relayfleet::ingest {
namespace {

// Makes the source of one relay: a call for each kind.
struct Maker {
  std::shared_ptr<base::AsioStrand> strand;

  std::unique_ptr<Source> operator()(const FramesSpec&) const { return nullptr; }
  std::unique_ptr<Source> operator()(const AnnexbSpec& spec) const {
    if (spec.fifo.empty()) return nullptr;
    return std::make_unique<FifoSource>(strand, FifoSource::Options{.path = spec.fifo});
  }
  std::unique_ptr<Source> operator()(const RtspSpec&) const { return NotServed("rtsp"); }
  std::unique_ptr<Source> operator()(const RtpSpec&) const { return NotServed("rtp"); }
  std::unique_ptr<Source> operator()(const FileSpec&) const { return NotServed("file"); }
  std::unique_ptr<Source> operator()(const UrlSpec&) const { return NotServed("url"); }
  std::unique_ptr<Source> operator()(const RefusedSpec& spec) const {
    return std::make_unique<RefusedSource>(strand, spec.why);
  }

  std::unique_ptr<Source> NotServed(absl::string_view kind) const {
    return std::make_unique<RefusedSource>(strand, base::SourceNotSupported(kind));
  }
};

}  // namespace

std::unique_ptr<Source> SourceFactory::Make(const ResolvedSpec& spec,
                                            const std::shared_ptr<base::Executor>& strand) const {
  // A ThreadRuntime makes no others.
  return std::visit(Maker{std::static_pointer_cast<base::AsioStrand>(strand)}, spec.source);
}

}  // namespace relayfleet::ingest
