// SPDX-License-Identifier: Apache-2.0

#include "libs/storage/object_reader.h"

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace relayfleet::storage {
namespace {

constexpr int kMaxRedirects = 5;
constexpr size_t kMaxErrorBytes = 4096;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A weak ETag says nothing about single bytes.
bool IsStrong(absl::string_view etag) { return !etag.empty() && !absl::StartsWith(etag, "W/"); }

// What stands in <Code> of S3's errors: letters only.
std::string S3ErrorCode(absl::string_view body) {
  const size_t begin = body.find("<Code>");
  if (begin == absl::string_view::npos) return "";
  const absl::string_view code = body.substr(begin + 6, body.substr(begin + 6).find('<'));
  const bool sane = code.size() <= 64 && std::all_of(code.begin(), code.end(), [](unsigned char c) {
                      return absl::ascii_isalnum(c);
                    });
  return sane ? absl::StrCat(" (", code, ")") : "";
}

bool MayHeal(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ObjectReader>> ObjectReader::Open(Options options) {
  std::unique_ptr<ObjectReader> reader(new ObjectReader(std::move(options)));
  if (absl::Status connected = reader->Connect(0); !connected.ok()) return connected;
  reader->opened_ = true;
  return reader;
}

absl::StatusOr<size_t> ObjectReader::Read(int64_t position, char* out, size_t size) {
  if (size_ >= 0 && position >= size_) return size_t{0};
  absl::Duration delay = options_.retry_delay;
  for (int attempt = 0;; ++attempt) {
    absl::StatusOr<size_t> read = ReadOnce(position, out, size);
    if (read.ok() || !MayHeal(read.status()) || attempt >= options_.retries) return read;
    // What can't be asked for in parts can't be taken up.
    if (!seekable_ && position > 0) return read;
    stream_ = nullptr;
    if (absl::Status paused = Pause(delay); !paused.ok()) return paused;
    delay *= 2;
  }
}

absl::StatusOr<size_t> ObjectReader::ReadOnce(int64_t position, char* out, size_t size) {
  if (absl::Status moved = MoveTo(position); !moved.ok()) return moved;
  absl::StatusOr<size_t> read = stream_->Read(out, size);
  if (!read.ok()) return read;
  stream_at_ += static_cast<int64_t>(*read);
  if (*read == 0 && size_ >= 0 && stream_at_ < size_) {
    return absl::UnavailableError("the server ended the transfer early");
  }
  return read;
}

absl::Status ObjectReader::MoveTo(int64_t position) {
  const int64_t ahead = position - stream_at_;
  const bool reachable = stream_ != nullptr && ahead >= 0;
  if (!reachable || (ahead > options_.skip_ahead && seekable_)) return Connect(position);
  std::array<char, 16 << 10> ignored;
  while (stream_at_ < position) {
    const auto wanted = std::min<int64_t>(ignored.size(), position - stream_at_);
    const absl::StatusOr<size_t> read = stream_->Read(ignored.data(), static_cast<size_t>(wanted));
    if (!read.ok()) return read.status();
    if (*read == 0) return absl::UnavailableError("the server ended the transfer early");
    stream_at_ += static_cast<int64_t>(*read);
  }
  return absl::OkStatus();
}

absl::Status ObjectReader::Connect(int64_t position) {
  const std::string range = absl::StrCat("bytes=", position, "-");
  base::SecretUrl url = options_.url;
  for (int hops = 0; hops <= kMaxRedirects; ++hops) {
    // Only the first server is to see what signs the request.
    std::vector<std::string> headers = {absl::StrCat("range: ", range)};
    if (options_.s3.has_value() && hops == 0) {
      headers = S3GetHeaders(*options_.s3, url, range, absl::Now());
    }
    stream_ = nullptr;
    absl::StatusOr<std::unique_ptr<HttpStream>> stream =
        HttpStream::Get(url, headers, options_.rules);
    if (!stream.ok()) return stream.status();
    stream_ = *std::move(stream);
    stream_at_ = position;
    const HttpStream::Answer& answer = stream_->answer();
    if (!IsRedirect(answer.status) || answer.redirect.empty()) return Accept(answer, position);
    absl::StatusOr<base::SecretUrl> next = Redirected(answer);
    if (!next.ok()) return next.status();
    url = *std::move(next);
  }
  return absl::FailedPreconditionError("the server redirects too often");
}

absl::StatusOr<base::SecretUrl> ObjectReader::Redirected(const HttpStream::Answer& answer) const {
  absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(answer.redirect);
  if (!url.ok()) return absl::FailedPreconditionError("the server redirects to what is no URL");
  if (!options_.rules.url_check) {
    return absl::FailedPreconditionError("the server redirects, which is not allowed here");
  }
  if (absl::Status allowed = options_.rules.url_check(*url); !allowed.ok()) return allowed;
  return url;
}

absl::Status ObjectReader::Accept(const HttpStream::Answer& answer, int64_t position) {
  // An empty object has no part to give.
  if (answer.status == 416 && position == 0) {
    size_ = 0;
    return absl::OkStatus();
  }
  if (answer.status != 200 && answer.status != 206) return ErrorOf(answer);
  seekable_ = answer.status == 206;
  if (position > 0 && (answer.status != 206 || answer.first != position)) {
    return absl::FailedPreconditionError("the server gives no parts of the object");
  }
  if (!opened_) {
    size_ = answer.total;
    etag_ = answer.etag;
    return absl::OkStatus();
  }
  const bool other = IsStrong(etag_) && IsStrong(answer.etag) && answer.etag != etag_;
  if (other || answer.total != size_) return absl::AbortedError("the object changed meanwhile");
  return absl::OkStatus();
}

absl::Status ObjectReader::ErrorOf(const HttpStream::Answer& answer) {
  std::string body(kMaxErrorBytes, '\0');
  const absl::StatusOr<size_t> read = stream_->Read(body.data(), body.size());
  body.resize(read.ok() ? *read : 0);
  const std::string text =
      absl::StrCat("the server answers ", answer.status, S3ErrorCode(body),
                   answer.region_hint.empty() || answer.status < 300 || answer.status >= 500
                       ? ""
                       : absl::StrCat("; the bucket is in region ", answer.region_hint));
  switch (answer.status) {
    case 401:
      return absl::UnauthenticatedError(text);
    case 403:
      return absl::PermissionDeniedError(text);
    case 404:
    case 410:
      return absl::NotFoundError(text);
    case 408:
    case 429:
      return absl::UnavailableError(text);
    default:
      return answer.status >= 500 ? absl::UnavailableError(text)
                                  : absl::FailedPreconditionError(text);
  }
}

absl::Status ObjectReader::Pause(absl::Duration time) const {
  const absl::Duration tick = absl::Milliseconds(20);
  for (; time > absl::ZeroDuration(); time -= tick) {
    if (options_.rules.stop != nullptr && *options_.rules.stop) {
      return absl::CancelledError("stopped");
    }
    std::this_thread::sleep_for(absl::ToChronoNanoseconds(std::min(time, tick)));
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::storage
