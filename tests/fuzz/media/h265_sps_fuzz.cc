// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "libs/media/h265_sps.h"

// Whatever is accepted has a size that can be allocated.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto sps = relayfleet::media::ParseH265Sps({reinterpret_cast<const char*>(data), size});
  if (!sps.ok()) return 0;
  if (sps->width <= 0 || sps->height <= 0) std::abort();
  if (sps->width > 16384 || sps->height > 16384) std::abort();
  return 0;
}
