// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STORAGE_OBJECT_READER_H_
#define RELAYFLEET_LIBS_STORAGE_OBJECT_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"
#include "libs/storage/http_stream.h"
#include "libs/storage/s3.h"

namespace relayfleet::storage {

// Reads one object behind HTTP(S) or in S3, anywhere in it, without fetching all of it: a GET from
// the position on runs as far as it is read; a jump begins another one. A transfer that breaks is
// taken up where it stopped, a few times in a row; an object that changed meanwhile is refused.
// Redirects are followed after asking the rules. Blocking; one thread at a time.
class ObjectReader {
 public:
  struct Options {
    base::SecretUrl url;
    std::optional<S3Options> s3;  // signs the requests of `url`, made by S3ObjectUrl
    HttpRules rules;
    int retries = 4;                                       // of one read
    absl::Duration retry_delay = absl::Milliseconds(200);  // the first; doubles
    // Further bytes that are read and left out rather than asked for anew.
    int64_t skip_ahead = 256 << 10;
  };

  // NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION (too many redirects, what
  // is no answer of such a server), else as HttpStream. The text is for users.
  static absl::StatusOr<std::unique_ptr<ObjectReader>> Open(Options options);

  // Bytes; -1: the server does not say.
  int64_t size() const { return size_; }
  // The server gives parts: Read may be at any position.
  bool seekable() const { return seekable_; }

  // Reads up to `size` bytes at `position`; 0: at the end.
  absl::StatusOr<size_t> Read(int64_t position, char* out, size_t size);

 private:
  explicit ObjectReader(Options options) : options_(std::move(options)) {}
  absl::StatusOr<size_t> ReadOnce(int64_t position, char* out, size_t size);
  absl::Status MoveTo(int64_t position);
  absl::Status Connect(int64_t position);
  absl::Status Accept(const HttpStream::Answer& answer, int64_t position);
  absl::Status ErrorOf(const HttpStream::Answer& answer);
  absl::StatusOr<base::SecretUrl> Redirected(const HttpStream::Answer& answer) const;
  absl::Status Pause(absl::Duration time) const;

  const Options options_;
  std::unique_ptr<HttpStream> stream_;  // null: none is open
  int64_t stream_at_ = 0;               // position of its next byte
  int64_t size_ = -1;
  bool seekable_ = false;
  bool opened_ = false;
  std::string etag_;
};

}  // namespace relayfleet::storage

#endif  // RELAYFLEET_LIBS_STORAGE_OBJECT_READER_H_
