// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/sources/file_source.h"

#include <atomic>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/av/demuxer.h"
#include "libs/base/overloaded.h"
#include "libs/storage/object_reader.h"
#include "services/ingest/sources/demux_attempt.h"
#include "services/ingest/sources/file_bytes.h"
#include "services/ingest/sources/object_bytes.h"

namespace relayfleet::ingest {
namespace {

using Stop = DemuxAttempt::Stop;
using Bytes = absl::StatusOr<std::unique_ptr<av::ByteSource>>;

Bytes OpenObject(storage::ObjectReader::Options options) {
  absl::StatusOr<std::unique_ptr<storage::ObjectReader>> reader =
      storage::ObjectReader::Open(std::move(options));
  if (!reader.ok()) return reader.status();
  return std::make_unique<ObjectBytes>(*std::move(reader));
}

Bytes OpenBytes(const FileSource::LocalFile& file, const Stop& /*stop*/) {
  return FileBytes::Open(file.path);
}

Bytes OpenBytes(const FileSource::WebObject& object, const Stop& stop) {
  if (absl::Status allowed = object.policy.CheckUrl(object.url); !allowed.ok()) return allowed;
  storage::HttpRules rules;
  rules.url_check = [policy = object.policy](const base::SecretUrl& url) {
    return policy.CheckUrl(url);
  };
  rules.address_check = [policy = object.policy](absl::string_view ip) {
    return policy.CheckAddress(ip);
  };
  rules.stop = stop;
  return OpenObject({.url = object.url, .rules = std::move(rules)});
}

// Where S3 is, the operator says: it is not asked about.
Bytes OpenBytes(const FileSource::S3Object& object, const Stop& stop) {
  absl::StatusOr<base::SecretUrl> url = storage::S3ObjectUrl(object.s3, object.bucket, object.key);
  if (!url.ok()) return url.status();
  return OpenObject({.url = *std::move(url), .s3 = object.s3, .rules = {.stop = stop}});
}

absl::StatusOr<std::unique_ptr<av::Demuxer>> OpenDemuxer(const FileSource::Options& options,
                                                         const std::string& name,
                                                         const Stop& stop) {
  Bytes bytes =
      std::visit([&](const auto& location) { return OpenBytes(location, stop); }, options.location);
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(), absl::StrCat(name, ": ", bytes.status().message()));
  }
  if ((*bytes)->size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": is empty"));
  }
  return av::Demuxer::Open({.url = "", .name = name, .bytes = *std::move(bytes), .stop = stop});
}

}  // namespace

std::unique_ptr<SourceAttempt> FileSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<DemuxAttempt>(
      strand_, threads_,
      DemuxAttempt::Options{
          .open = [options = options_,
                   name = name()](const Stop& stop) { return OpenDemuxer(options, name, stop); },
          .loop = options_.loop},
      std::move(handler));
}

std::string FileSource::name() const {
  return std::visit(base::Overloaded{
                        [](const LocalFile& file) { return file.path; },
                        [](const WebObject& object) { return object.url.ToString(); },
                        [](const S3Object& object) {
                          return absl::StrCat("s3://", object.bucket, "/", object.key);
                        },
                    },
                    options_.location);
}

}  // namespace relayfleet::ingest
