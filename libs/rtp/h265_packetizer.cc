// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h265_packetizer.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "libs/media/annexb.h"
#include "libs/media/h265_sps.h"
#include "libs/rtp/byte_order.h"
#include "libs/rtp/packet_writer.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kAggregate = 48;
constexpr uint8_t kFragment = 49;
constexpr uint8_t kFuStart = 0x80;
constexpr uint8_t kFuEnd = 0x40;
constexpr size_t kNalHeader = 2;
constexpr size_t kFuHeader = 3;
constexpr uint16_t kLayerAndTime = 0x01ff;                  // of a NAL unit's header
constexpr absl::string_view kDelimiter("\x46\x01\x50", 3);  // before pictures of any type

uint16_t WithType(uint16_t header, uint8_t type) {
  return static_cast<uint16_t>((header & ~0x7e00) | type << 9);
}

// Spreads the NAL units of one access unit over packets.
class Cutter {
 public:
  explicit Cutter(PacketWriter* writer) : writer_(*writer) {}

  void Add(absl::string_view nal) {
    if (nal.size() <= kNalHeader) return;
    if (batch_bytes_ + 2 + nal.size() > writer_.max_payload()) FlushBatch();
    if (nal.size() > writer_.max_payload()) return AddFragments(nal);
    batch_.push_back(nal);
    batch_bytes_ += 2 + nal.size();
  }

  void FlushBatch();

 private:
  void AddFragments(absl::string_view nal);
  void Number(uint16_t value) {
    writer_.Byte(static_cast<uint8_t>(value >> 8));
    writer_.Byte(static_cast<uint8_t>(value));
  }

  PacketWriter& writer_;
  absl::InlinedVector<absl::string_view, 8> batch_;  // wait for others to share a packet with
  size_t batch_bytes_ = kNalHeader;                  // of their AP
};

void Cutter::AddFragments(absl::string_view nal) {
  const uint16_t header = Load16(nal, 0);
  const auto type = static_cast<uint8_t>(media::TypeOfH265Nal(nal));
  absl::string_view rest = nal.substr(kNalHeader);
  uint8_t position = kFuStart;
  while (!rest.empty()) {
    const absl::string_view part = rest.substr(0, writer_.max_payload() - kFuHeader);
    rest.remove_prefix(part.size());
    if (rest.empty()) position |= kFuEnd;
    writer_.Begin(kFuHeader + part.size());
    Number(WithType(header, kFragment));
    writer_.Byte(type | position);
    writer_.Bytes(part);
    position = 0;
  }
}

void Cutter::FlushBatch() {
  if (batch_.size() == 1) {
    writer_.Begin(batch_[0].size());
    writer_.Bytes(batch_[0]);
  } else if (batch_.size() > 1) {
    // The lowest layer and the lowest temporal layer of all, which lie behind each other.
    uint16_t lowest = kLayerAndTime;
    for (absl::string_view nal : batch_) {
      lowest = std::min<uint16_t>(lowest, Load16(nal, 0) & kLayerAndTime);
    }
    writer_.Begin(batch_bytes_);
    Number(WithType(lowest, kAggregate));
    for (absl::string_view nal : batch_) {
      Number(static_cast<uint16_t>(nal.size()));
      writer_.Bytes(nal);
    }
  }
  batch_.clear();
  batch_bytes_ = kNalHeader;
}

}  // namespace

void H265Packetizer::Append(absl::string_view access_unit, uint32_t rtp_time, RtpState* state,
                            std::string* out) const {
  PacketWriter writer(options_, rtp_time, state, out);
  writer.Reserve(access_unit.size());
  Cutter cutter(&writer);
  for (media::NalReader reader(access_unit); reader.Next();) cutter.Add(reader.nal());
  cutter.FlushBatch();
  writer.Mark();
}

bool H265Packetizer::AppendDelimiter(uint32_t rtp_time, RtpState* state, std::string* out) const {
  PacketWriter writer(options_, rtp_time, state, out);
  writer.Begin(kDelimiter.size());
  writer.Bytes(kDelimiter);
  return true;
}

}  // namespace relayfleet::rtp
