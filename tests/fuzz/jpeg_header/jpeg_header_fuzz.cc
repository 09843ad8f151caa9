// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "libs/media/jpeg_header.h"

// Whatever is accepted keeps what the header promises.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto header =
      relayfleet::media::ParseJpegHeader({reinterpret_cast<const char*>(data), size});
  if (!header.ok()) return 0;
  const int64_t pixels = int64_t{header->width} * header->height;
  if (pixels <= 0 || pixels > relayfleet::media::kMaxJpegPixels) std::abort();
  if (header->length > size || header->length < 4) std::abort();
  if (header->orientation < 1 || header->orientation > 8) std::abort();
  if (header->components < 1 || header->components > 4) std::abort();
  return 0;
}
