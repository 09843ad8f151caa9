// SPDX-License-Identifier: Apache-2.0

// Whatever parses prints without its credentials, and its two printed forms parse again.
#include <cstdint>
#include <cstdlib>

#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"

using relayfleet::base::SecretUrl;
using relayfleet::base::UrlPolicy;

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::StatusOr<SecretUrl> url =
      SecretUrl::Parse(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!url.ok()) return 0;
  (void)UrlPolicy().CheckUrl(*url);

  // Encoding credentials may make it longer than what is taken.
  const absl::StatusOr<SecretUrl> again = SecretUrl::Parse(url->Reveal());
  Require(again.ok() ? *again == *url : url->Reveal().size() > size);

  const absl::StatusOr<SecretUrl> shown = SecretUrl::Parse(url->ToString());
  if (!shown.ok()) {  // masks may make it longer, too
    Require(url->ToString().size() > size);
    return 0;
  }
  Require(shown->password().empty());
  Require(shown->user() == (url->has_credentials() ? "***" : ""));
  Require(shown->host() == url->host() && shown->port() == url->port());
  Require(shown->ToString() == url->ToString());  // nothing left to mask
  return 0;
}
