// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/admission.h"

#include <utility>

#include "libs/base/errors.h"
#include "libs/base/limits.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::ingest {

absl::StatusOr<media::Payload> AdmitJpeg(std::string bytes) {
  if (bytes.empty()) return base::EmptyImage();
  if (static_cast<int64_t>(bytes.size()) > base::kMaxBodyBytes) {
    return base::BodyTooLarge(base::kMaxBodyBytes);
  }
  const auto header = media::ParseJpegHeader(bytes);
  if (!header.ok()) return header.status();
  bytes.resize(header->length);
  return media::MakePayload(std::move(bytes));
}

}  // namespace relayfleet::ingest
