// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_FIELD_CHECK_H_
#define RELAYFLEET_SERVICES_INGEST_FIELD_CHECK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "libs/base/errors.h"
#include "libs/base/secret_url.h"
#include "libs/base/url_policy.h"
#include "libs/rpc/proto_time.h"

// Checks of single fields of a spec. Their errors are INVALID_ARGUMENT and name `field`.
namespace relayfleet::ingest {

// 0 stands for the default and always passes. NaN never does.
template <typename Number>
absl::Status CheckRange(absl::string_view field, Number value, Number low, Number high) {
  if (value == 0 || (low <= value && value <= high)) return absl::OkStatus();
  return base::InvalidField(field, absl::StrCat(value, " is not in ", low, " to ", high));
}

inline absl::Status CheckDuration(absl::string_view field, const google::protobuf::Duration& proto,
                                  absl::Duration low, absl::Duration high) {
  const absl::Duration value = rpc::FromProto(proto);
  if (low <= value && value <= high) return absl::OkStatus();
  return base::InvalidField(
      field, absl::StrCat(absl::FormatDuration(value), " is not in ", absl::FormatDuration(low),
                          " to ", absl::FormatDuration(high)));
}

// Also PERMISSION_DENIED, by `policy`.
inline absl::StatusOr<base::SecretUrl> CheckUrl(absl::string_view field, absl::string_view text,
                                                const base::UrlPolicy& policy) {
  auto url = base::SecretUrl::Parse(text);
  if (!url.ok()) return base::InvalidField(field, url.status().message());
  const absl::Status allowed = policy.CheckUrl(*url);
  if (allowed.ok()) return url;
  return absl::Status(allowed.code(), absl::StrCat(field, ": ", allowed.message()));
}

}  // namespace relayfleet::ingest

#endif  // RELAYFLEET_SERVICES_INGEST_FIELD_CHECK_H_
