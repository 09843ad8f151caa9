// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_TIMESTAMP_UNWRAPPER_H_
#define RELAYFLEET_LIBS_RTP_TIMESTAMP_UNWRAPPER_H_

#include <cstdint>
#include <optional>

namespace relayfleet::rtp {

// Turns the 32-bit times of one RTP stream, which wrap each 13 hours at 90 kHz, into ticks that do
// not: 0 for the first, then by the difference to the one before (less than 2^31, either way).
// Not thread-safe.
class TimestampUnwrapper {
 public:
  int64_t Unwrap(uint32_t timestamp) {
    if (last_.has_value()) ticks_ += static_cast<int32_t>(timestamp - *last_);
    last_ = timestamp;
    return ticks_;
  }

 private:
  std::optional<uint32_t> last_;
  int64_t ticks_ = 0;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_TIMESTAMP_UNWRAPPER_H_
