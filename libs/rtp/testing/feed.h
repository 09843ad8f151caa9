// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_TESTING_FEED_H_
#define RELAYFLEET_LIBS_RTP_TESTING_FEED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/rtp/depacketizer.h"

namespace relayfleet::rtp::testing {

// Feeds a depacketizer and gives what comes out, as hex: "!" before it if something is missing
// before, "K" before it for a key.
class Feed {
 public:
  explicit Feed(Depacketizer* depacketizer) : depacketizer_(depacketizer) {}

  std::vector<std::string> Push(uint16_t sequence, uint32_t timestamp, bool marker,
                                absl::string_view payload_hex) {
    std::vector<std::string> out;
    for (const Unit& unit :
         PushBytes(sequence, timestamp, marker, absl::HexStringToBytes(payload_hex))) {
      out.push_back(absl::StrCat(unit.discontinuity ? "!" : "", unit.key ? "K" : "",
                                 absl::BytesToHexString(unit.bytes)));
    }
    return out;
  }

  std::vector<Unit> PushBytes(uint16_t sequence, uint32_t timestamp, bool marker,
                              const std::string& payload) {
    return depacketizer_->Push({.marker = marker,
                                .payload_type = 96,
                                .sequence = sequence,
                                .timestamp = timestamp,
                                .ssrc = 1,
                                .payload = payload});
  }

 private:
  Depacketizer* const depacketizer_;
};

}  // namespace relayfleet::rtp::testing

#endif  // RELAYFLEET_LIBS_RTP_TESTING_FEED_H_
