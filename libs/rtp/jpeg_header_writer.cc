// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/jpeg_header_writer.h"

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr int kTableSize = 64;
using Table = std::array<uint8_t, kTableSize>;

// JPEG, tables K.1 and K.2, row by row.
constexpr Table kLuma = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                         14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                         18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                         49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr Table kChroma = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                           24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                           99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                           99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

// Places of a block's coefficients in the order in which files hold them (JPEG, figure 5).
constexpr Table kZigZag = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                           12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                           35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                           58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// JPEG, tables K.3, K.5, K.4 and K.6 as they stand in a DHT segment.
constexpr absl::string_view kHuffman =
    "0000010501010101010100000000000000000102030405060708090a0b010003010101010101010101000000"
    "0000000102030405060708090a0b100002010303020403050504040000017d01020300041105122131410613"
    "516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a"
    "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495"
    "969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3"
    "e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa110002010204040304070504040001027700010203110405213106"
    "1241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a3536"
    "3738393a434445464748494a535455565758595a636465666768696a737475767778797a8283848586878889"
    "8a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8"
    "d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";

void AppendMarker(uint8_t marker, std::string* out) {
  Append8(0xff, out);
  Append8(marker, out);
}

// Quality 1 to 99 (RFC 2435, 4.2).
void AppendScaled(const Table& table, int quality, std::string* out) {
  const int scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
  for (const uint8_t place : kZigZag) {
    Append8(static_cast<uint8_t>(std::clamp((table[place] * scale + 50) / 100, 1, 255)), out);
  }
}

void AppendQuantization(const JpegTables& tables, std::string* out) {
  for (uint8_t id = 0; id < 2; ++id) {
    const std::string& table = id == 0 ? tables.luma : tables.chroma;
    AppendMarker(0xdb, out);
    Append16(static_cast<uint16_t>(3 + table.size()), out);
    Append8(static_cast<uint8_t>((table.size() > kTableSize ? 0x10 : 0) | id), out);
    *out += table;
  }
}

void AppendFrame(const JpegFrame& frame, std::string* out) {
  AppendMarker(0xc0, out);
  Append16(17, out);
  Append8(8, out);  // bits
  Append16(static_cast<uint16_t>(frame.height), out);
  Append16(static_cast<uint16_t>(frame.width), out);
  Append8(3, out);  // components: number, sampling, quantization table
  Append8(1, out);
  Append8(frame.half_height ? 0x22 : 0x21, out);
  Append8(0, out);
  for (const uint8_t component : {uint8_t{2}, uint8_t{3}}) {
    Append8(component, out);
    Append8(0x11, out);
    Append8(1, out);
  }
}

void AppendScan(std::string* out) {
  AppendMarker(0xda, out);
  Append16(12, out);
  Append8(3, out);  // components: number, Huffman tables
  for (const uint16_t component : {uint16_t{0x0100}, uint16_t{0x0211}, uint16_t{0x0311}}) {
    Append16(component, out);
  }
  Append8(0, out);
  Append8(63, out);
  Append8(0, out);
}

}  // namespace

JpegTables TablesOfQuality(int quality) {
  JpegTables tables;
  AppendScaled(kLuma, quality, &tables.luma);
  AppendScaled(kChroma, quality, &tables.chroma);
  return tables;
}

void AppendJpegHeader(const JpegFrame& frame, const JpegTables& tables, std::string* out) {
  AppendMarker(0xd8, out);
  AppendQuantization(tables, out);
  if (frame.restart_interval > 0) {
    AppendMarker(0xdd, out);
    Append16(4, out);
    Append16(frame.restart_interval, out);
  }
  AppendFrame(frame, out);
  const std::string huffman = absl::HexStringToBytes(kHuffman);
  AppendMarker(0xc4, out);
  Append16(static_cast<uint16_t>(2 + huffman.size()), out);
  *out += huffman;
  AppendScan(out);
}

}  // namespace relayfleet::rtp
