// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "libs/media/aac_config.h"

// What is found inside a multiplex can be read, and what is read has a rate.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto config = relayfleet::media::ParseAacConfig(bytes);
  if (config.ok() && (config->sample_rate <= 0 || config->bits > size * 8)) std::abort();
  const auto inner = relayfleet::media::AacConfigInLatm(bytes);
  if (inner.ok() && !relayfleet::media::ParseAacConfig(*inner).ok()) std::abort();
  return 0;
}
