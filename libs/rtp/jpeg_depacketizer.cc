// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/jpeg_depacketizer.h"

#include <utility>

#include "absl/strings/match.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr size_t kHeader = 8;
constexpr size_t kRestartHeader = 4;
constexpr size_t kTableHeader = 4;
constexpr size_t kTable = 64;
constexpr uint8_t kRestartTypes = 64;  // and above
constexpr uint8_t kFirstOwnTables = 128;
constexpr uint8_t kTablesEachTime = 255;
constexpr uint8_t kMaxQuality = 99;
constexpr absl::string_view kEnd("\xff\xd9", 2);

}  // namespace

void JpegDepacketizer::AddPayload(absl::string_view payload) {
  if (payload.size() < kHeader) return Damage();
  const uint32_t offset = Load32(payload, 0) & 0xffffff;
  const uint8_t type = Load8(payload, 4);
  const uint8_t quality = Load8(payload, 5);
  JpegFrame frame = {.width = Load8(payload, 6) * 8,
                     .height = Load8(payload, 7) * 8,
                     .half_height = (type & 1) != 0};
  absl::string_view rest = payload.substr(kHeader);
  if ((type & 0x3f) > 1 || type >= 2 * kRestartTypes) return Damage();
  if (type >= kRestartTypes) {
    if (rest.size() < kRestartHeader) return Damage();
    frame.restart_interval = Load16(rest, 0);
    rest.remove_prefix(kRestartHeader);
  }
  if (offset == 0) {
    Begin(frame, quality, &rest);
  } else if (scan_begin_ == 0 || unit()->bytes.size() != scan_begin_ + offset) {
    Damage();
  }
  Append(rest);
}

void JpegDepacketizer::Begin(JpegFrame frame, uint8_t quality, absl::string_view* rest) {
  if (frame.width == 0) frame.width = options_.width;
  if (frame.height == 0) frame.height = options_.height;
  if (scan_begin_ != 0 || frame.width == 0 || frame.height == 0) return Damage();
  std::string header;
  if (quality >= kFirstOwnTables) {
    if (!ReadTables(quality, rest)) return Damage();
    AppendJpegHeader(frame, tables_[quality], &header);
  } else if (quality >= 1 && quality <= kMaxQuality) {
    AppendJpegHeader(frame, TablesOfQuality(quality), &header);
  } else {
    return Damage();
  }
  Append(header);
  scan_begin_ = header.size();
}

bool JpegDepacketizer::ReadTables(uint8_t quality, absl::string_view* rest) {
  if (rest->size() < kTableHeader) return false;
  const uint8_t precision = Load8(*rest, 1);
  const size_t length = Load16(*rest, 2);
  rest->remove_prefix(kTableHeader);
  if (length == 0) return quality != kTablesEachTime && tables_.contains(quality);
  if (rest->size() < length) return false;
  const absl::string_view bytes = rest->substr(0, length);
  rest->remove_prefix(length);
  const size_t luma = (precision & 1) != 0 ? 2 * kTable : kTable;
  const size_t chroma = (precision & 2) != 0 ? 2 * kTable : kTable;
  // Some send one table for both.
  if (length != luma && length < luma + chroma) return false;
  JpegTables& tables = tables_[quality];
  tables.luma = std::string(bytes.substr(0, luma));
  tables.chroma = length == luma ? tables.luma : std::string(bytes.substr(luma, chroma));
  return true;
}

bool JpegDepacketizer::Finish(Unit* unit) {
  if (std::exchange(scan_begin_, 0) == 0) return false;
  unit->key = true;
  if (!absl::EndsWith(unit->bytes, kEnd)) Append(kEnd);
  return true;
}

}  // namespace relayfleet::rtp
