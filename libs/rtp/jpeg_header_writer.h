// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTP_JPEG_HEADER_WRITER_H_
#define RELAYFLEET_LIBS_RTP_JPEG_HEADER_WRITER_H_

#include <cstdint>
#include <string>

// The parts of a JPEG that RTP leaves out (RFC 2435). Stateless; any thread.
namespace relayfleet::rtp {

// Quantization tables in zigzag order, 64 bytes each, or 128 with 16 bits a value.
struct JpegTables {
  std::string luma;
  std::string chroma;
};

// What a JPEG in RTP says about itself: always baseline YCbCr.
struct JpegFrame {
  int width = 0;
  int height = 0;
  bool half_height = false;  // chroma: 4:2:0, else 4:2:2
  uint16_t restart_interval = 0;
};

// Of quality 1 to 99.
JpegTables TablesOfQuality(int quality);

// Appends everything from SOI to the scan's data, with the usual Huffman tables.
void AppendJpegHeader(const JpegFrame& frame, const JpegTables& tables, std::string* out);

}  // namespace relayfleet::rtp

#endif  // RELAYFLEET_LIBS_RTP_JPEG_HEADER_WRITER_H_
