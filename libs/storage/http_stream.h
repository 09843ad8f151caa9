// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_STORAGE_HTTP_STREAM_H_
#define RELAYFLEET_LIBS_STORAGE_HTTP_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/secret_url.h"

namespace relayfleet::storage {

// What every request of the storage library goes by.
struct HttpRules {
  // Of a URL that a server redirects to. Empty: redirects are refused.
  std::function<absl::Status(const base::SecretUrl&)> url_check;
  // Of a resolved address, just before connecting to it. Empty: any.
  std::function<absl::Status(absl::string_view ip)> address_check;
  // Set from another thread, it ends whatever waits, within 50 ms.
  std::shared_ptr<const std::atomic<bool>> stop;
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration stall_timeout = absl::Seconds(10);  // no byte for that long
  size_t window = size_t{1} << 20;                   // bytes read ahead
};

// One GET: its header, then its body as fast as it is read; what comes faster waits in the
// connection. No proxies, no redirects (a 3xx is an answer like others), HTTP and HTTPS only, with
// the system's certificate authorities. Blocking; one thread at a time.
class HttpStream {
 public:
  struct Answer {
    int status = 0;
    int64_t first = 0;        // of the body's bytes in the object
    int64_t total = -1;       // bytes of the object; -1: not said
    std::string etag;         // as sent; may be empty
    std::string redirect;     // absolute, of a 3xx
    std::string region_hint;  // of S3: where the bucket is
  };

  // Returns when the header came. CANCELLED: stopped. UNAVAILABLE, DEADLINE_EXCEEDED, the address
  // check's. `headers`: "Name: value".
  static absl::StatusOr<std::unique_ptr<HttpStream>> Get(const base::SecretUrl& url,
                                                         const std::vector<std::string>& headers,
                                                         const HttpRules& rules);
  ~HttpStream();

  const Answer& answer() const;

  // Reads up to `size` bytes, at least one; 0 at the end. UNAVAILABLE: it broke off.
  absl::StatusOr<size_t> Read(char* out, size_t size);

 private:
  struct State;
  explicit HttpStream(std::unique_ptr<State> state);
  const std::unique_ptr<State> state_;
};

}  // namespace relayfleet::storage

#endif  // RELAYFLEET_LIBS_STORAGE_HTTP_STREAM_H_
