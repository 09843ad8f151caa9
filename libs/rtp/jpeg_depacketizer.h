// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_JPEG_DEPACKETIZER_H_
#define RELAYFLEET_LIBS_RTP_JPEG_DEPACKETIZER_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "absl/strings/string_view.h"
#include "libs/rtp/jpeg_header_writer.h"
#include "libs/rtp/marker_depacketizer.h"

namespace relayfleet::rtp {

// RTP packets (RFC 2435, types 0, 1, 64 and 65) to whole JPEGs, their headers written anew.
// Quantization tables come by quality, or in band: those of a quality below 255 stay known.
class JpegDepacketizer final : public MarkerDepacketizer {
 public:
  struct Options {
    // Of pictures that are too large for RTP's header (more than 2040 pixels a side) and say 0.
    int width = 0;
    int height = 0;
    size_t max_picture = kMaxUnit;  // bytes
  };

  explicit JpegDepacketizer(const Options& options)
      : MarkerDepacketizer(options.max_picture), options_(options) {}

 private:
  void AddPayload(absl::string_view payload) override;
  bool Finish(Unit* unit) override;
  // Takes the tables in band off the front of `rest`. False: they are not usable.
  bool ReadTables(uint8_t quality, absl::string_view* rest);
  void Begin(JpegFrame frame, uint8_t quality, absl::string_view* rest);

  const Options options_;
  size_t scan_begin_ = 0;  // in the unit; 0: its first packet has not come
  std::map<uint8_t, JpegTables> tables_;
};

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_JPEG_DEPACKETIZER_H_
