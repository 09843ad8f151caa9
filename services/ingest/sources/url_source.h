// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_URL_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_URL_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "services/ingest/source.h"
#include "services/ingest/sources/source_threads.h"

namespace relayfleet::ingest {

// A stream that libav reads: srt, rtmp, rtmps, rtsp and rtsps by its own protocols, at the address
// that was checked; http and https (HLS above all) through our storage library, which asks about
// each address and redirect. A stream that ends is UNAVAILABLE, since it may come back.
class UrlSource final : public Source {
 public:
  struct Options {
    base::SecretUrl url;
    base::UrlPolicy policy;
  };

  // `threads` outlives it and its attempts.
  UrlSource(std::shared_ptr<base::Executor> strand, SourceThreads* threads, Options options)
      : strand_(std::move(strand)), threads_(threads), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  std::string name() const override { return options_.url.ToString(); }

 private:
  const std::shared_ptr<base::Executor> strand_;
  SourceThreads* const threads_;
  const Options options_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_URL_SOURCE_H_
