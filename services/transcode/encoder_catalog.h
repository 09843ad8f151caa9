// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CATALOG_H_
#define RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CATALOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/av/codec_factory.h"
#include "libs/base/executor.h"
#include "libs/flow/stages.h"
#include "libs/media/encoding.h"

namespace relayfleet::transcode {

// Which encoders there are and which of them work: each is tried once, at start, on a codec thread
// of its own. One that gives no answer in time counts as not usable. Thread-safe.
class EncoderCatalog final : public flow::EncoderLister {
 public:
  struct Options {
    std::vector<std::string> preference;  // to be tried, best first; empty: all, in codecs' order
    absl::Duration deadline = absl::Seconds(5);  // of all trials together
  };

  // Begins to try. `codecs` outlives the runtimes' tasks. `codec`: threads that may block.
  EncoderCatalog(const Options& options, av::CodecFactory* codecs, base::Runtime* control,
                 base::Runtime* codec);
  ~EncoderCatalog() override;

  // Calls `known` once all are tried: now, or on another thread.
  void Await(base::Task known);

  // As tried so far.
  std::vector<media::EncoderReport> reports() const;

  // What a session uses: of those in `first`, then of all, the usable ones. INVALID_ARGUMENT for a
  // name in `first` that stands for no encoder, UNAVAILABLE if none is usable.
  absl::StatusOr<std::vector<std::string>> Choose(const std::vector<std::string>& first) const;

  void ListEncoders(Done done) override;

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace relayfleet::transcode

#endif  // RELAYFLEET_SERVICES_TRANSCODE_ENCODER_CATALOG_H_
