// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/rtcp.h"

#include <algorithm>

#include "absl/status/status.h"
#include "libs/rtp/byte_order.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kSenderReport = 200;
constexpr uint8_t kReceiverReport = 201;
constexpr uint8_t kSourceDescription = 202;
constexpr uint8_t kPayloadFeedback = 206;
constexpr uint8_t kCname = 1;
constexpr uint8_t kPictureLoss = 1;
constexpr size_t kHeader = 4;
constexpr size_t kSenderReportSize = 28;
constexpr size_t kBlockSize = 24;
constexpr size_t kMaxBlocks = 31;

// Seconds between 1900 (NTP) and 1970 (Unix), and the length of an NTP era.
constexpr int64_t kNtpToUnix = 2208988800;
constexpr int64_t kEra = int64_t{1} << 32;

// `size` counts the header and is a multiple of 4.
void AppendHeader(uint8_t count, uint8_t type, size_t size, std::string* out) {
  Append8(0x80 | count, out);
  Append8(type, out);
  Append16(static_cast<uint16_t>(size / 4 - 1), out);
}

void AppendCname(uint32_t ssrc, absl::string_view cname, std::string* out) {
  cname = cname.substr(0, 255);
  // SSRC, item header, text, and at least one zero that ends the list.
  const size_t used = kHeader + 4 + 2 + cname.size() + 1;
  const size_t size = (used + 3) / 4 * 4;
  AppendHeader(1, kSourceDescription, size, out);
  Append32(ssrc, out);
  Append8(kCname, out);
  Append8(static_cast<uint8_t>(cname.size()), out);
  out->append(cname.data(), cname.size());
  out->append(size - used + 1, '\0');
}

void AppendBlock(const ReportBlock& block, std::string* out) {
  Append32(block.ssrc, out);
  Append32(uint32_t{block.fraction_lost} << 24 | (static_cast<uint32_t>(block.lost) & 0xffffff),
           out);
  Append32(block.highest, out);
  Append32(block.jitter, out);
  Append32(block.last_report, out);
  Append32(block.since_report, out);
}

SenderReport ReadSenderReport(absl::string_view packet) {
  SenderReport report;
  report.ssrc = Load32(packet, 4);
  report.wall = FromNtp(uint64_t{Load32(packet, 8)} << 32 | Load32(packet, 12));
  report.rtp_time = Load32(packet, 16);
  report.packets = Load32(packet, 20);
  report.octets = Load32(packet, 24);
  return report;
}

}  // namespace

uint64_t ToNtp(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const int64_t nanos = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  const auto fraction = (static_cast<uint64_t>(nanos) << 32) / 1000000000;
  return static_cast<uint64_t>(static_cast<uint32_t>(seconds + kNtpToUnix)) << 32 | fraction;
}

absl::Time FromNtp(uint64_t ntp) {
  auto seconds = static_cast<int64_t>(ntp >> 32);
  if (seconds < kEra / 2) seconds += kEra;
  const auto fraction = static_cast<int64_t>(((ntp & 0xffffffff) * 1000000000) >> 32);
  return absl::FromUnixSeconds(seconds - kNtpToUnix) + absl::Nanoseconds(fraction);
}

void AppendSenderReport(const SenderReport& report, absl::string_view cname, std::string* out) {
  AppendHeader(0, kSenderReport, kSenderReportSize, out);
  Append32(report.ssrc, out);
  const uint64_t ntp = ToNtp(report.wall);
  Append32(static_cast<uint32_t>(ntp >> 32), out);
  Append32(static_cast<uint32_t>(ntp), out);
  Append32(report.rtp_time, out);
  Append32(report.packets, out);
  Append32(report.octets, out);
  AppendCname(report.ssrc, cname, out);
}

void AppendReceiverReport(uint32_t ssrc, const std::vector<ReportBlock>& blocks,
                          absl::string_view cname, std::string* out) {
  const size_t count = std::min(blocks.size(), kMaxBlocks);
  AppendHeader(static_cast<uint8_t>(count), kReceiverReport, kHeader + 4 + count * kBlockSize, out);
  Append32(ssrc, out);
  for (size_t i = 0; i < count; ++i) AppendBlock(blocks[i], out);
  AppendCname(ssrc, cname, out);
}

void AppendPictureLoss(uint32_t ssrc, uint32_t media_ssrc, absl::string_view cname,
                       std::string* out) {
  AppendReceiverReport(ssrc, {}, cname, out);
  AppendHeader(kPictureLoss, kPayloadFeedback, kHeader + 8, out);
  Append32(ssrc, out);
  Append32(media_ssrc, out);
}

absl::StatusOr<std::vector<SenderReport>> ParseSenderReports(absl::string_view bytes) {
  std::vector<SenderReport> reports;
  while (!bytes.empty()) {
    if (bytes.size() < kHeader) return absl::InvalidArgumentError("RTCP header is cut short");
    if (Load8(bytes, 0) >> 6 != 2) return absl::InvalidArgumentError("not RTCP version 2");
    const size_t size = (size_t{Load16(bytes, 2)} + 1) * 4;
    if (size > bytes.size()) return absl::InvalidArgumentError("RTCP packet is cut short");
    if (Load8(bytes, 1) == kSenderReport) {
      if (size < kSenderReportSize) return absl::InvalidArgumentError("sender report is too short");
      reports.push_back(ReadSenderReport(bytes));
    }
    bytes.remove_prefix(size);
  }
  return reports;
}

}  // namespace relayfleet::rtp
