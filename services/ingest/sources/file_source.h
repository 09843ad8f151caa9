// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_SOURCE_H_

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "libs/base/executor.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "libs/storage/s3.h"
#include "services/ingest/source.h"
#include "services/ingest/sources/source_threads.h"

namespace relayfleet::ingest {

// A recording, played in real time: a local file, an object behind HTTPS or in S3, which is read in
// parts and never fetched whole. Ends OK at its end, or begins again without a seam.
//
// What is missing may come (NOT_FOUND); what is empty or no video is INVALID_ARGUMENT.
class FileSource final : public Source {
 public:
  struct LocalFile {
    std::string path;  // absolute
  };
  struct WebObject {
    base::SecretUrl url;
    base::UrlPolicy policy;  // of it, of redirects, and of the addresses that are dialled
  };
  struct S3Object {
    storage::S3Options s3;
    std::string bucket;
    std::string key;
  };
  struct Options {
    std::variant<LocalFile, WebObject, S3Object> location;
    bool loop = false;
  };

  // `threads` outlives it and its attempts.
  FileSource(std::shared_ptr<base::Executor> strand, SourceThreads* threads, Options options)
      : strand_(std::move(strand)), threads_(threads), options_(std::move(options)) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override;
  std::string name() const override;

 private:
  const std::shared_ptr<base::Executor> strand_;
  SourceThreads* const threads_;
  const Options options_;
};

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_SOURCES_FILE_SOURCE_H_
