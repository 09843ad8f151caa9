// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_packetizer.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "libs/media/annexb.h"
#include "libs/rtp/byte_order.h"
#include "libs/rtp/packet_writer.h"

namespace relayfleet::rtp {
namespace {

constexpr uint8_t kStapA = 24;
constexpr uint8_t kFuA = 28;
constexpr uint8_t kNriMask = 0x60;
constexpr uint8_t kTypeMask = 0x1f;
constexpr uint8_t kFuStart = 0x80;
constexpr uint8_t kFuEnd = 0x40;
constexpr size_t kFuHeader = 2;
constexpr absl::string_view kDelimiter("\x09\xf0", 2);  // before pictures of any type

// Spreads the NAL units of one access unit over packets.
class Cutter {
 public:
  explicit Cutter(PacketWriter* writer) : writer_(*writer) {}

  void Add(absl::string_view nal) {
    if (batch_bytes_ + 2 + nal.size() > writer_.max_payload()) FlushBatch();
    if (nal.size() > writer_.max_payload()) return AddFragments(nal);
    batch_.push_back(nal);
    batch_bytes_ += 2 + nal.size();
  }

  void FlushBatch();

 private:
  void AddFragments(absl::string_view nal);

  PacketWriter& writer_;
  absl::InlinedVector<absl::string_view, 8> batch_;  // wait for others to share a packet with
  size_t batch_bytes_ = 1;                           // of their STAP-A
};

void Cutter::AddFragments(absl::string_view nal) {
  const uint8_t header = Load8(nal, 0);
  absl::string_view rest = nal.substr(1);
  uint8_t position = kFuStart;
  while (!rest.empty()) {
    const absl::string_view part = rest.substr(0, writer_.max_payload() - kFuHeader);
    rest.remove_prefix(part.size());
    if (rest.empty()) position |= kFuEnd;
    writer_.Begin(kFuHeader + part.size());
    writer_.Byte((header & ~kTypeMask) | kFuA);
    writer_.Byte((header & kTypeMask) | position);
    writer_.Bytes(part);
    position = 0;
  }
}

void Cutter::FlushBatch() {
  if (batch_.size() == 1) {
    writer_.Begin(batch_[0].size());
    writer_.Bytes(batch_[0]);
  } else if (batch_.size() > 1) {
    uint8_t nri = 0;
    for (absl::string_view nal : batch_) {
      nri = std::max<uint8_t>(nri, Load8(nal, 0) & kNriMask);
    }
    writer_.Begin(batch_bytes_);
    writer_.Byte(nri | kStapA);
    for (absl::string_view nal : batch_) {
      writer_.Byte(static_cast<uint8_t>(nal.size() >> 8));
      writer_.Byte(static_cast<uint8_t>(nal.size()));
      writer_.Bytes(nal);
    }
  }
  batch_.clear();
  batch_bytes_ = 1;
}

}  // namespace

void H264Packetizer::Append(absl::string_view access_unit, uint32_t rtp_time, RtpState* state,
                            std::string* out) const {
  PacketWriter writer(options_, rtp_time, state, out);
  writer.Reserve(access_unit.size());
  Cutter cutter(&writer);
  for (media::NalReader reader(access_unit); reader.Next();) cutter.Add(reader.nal());
  cutter.FlushBatch();
  writer.Mark();
}

bool H264Packetizer::AppendDelimiter(uint32_t rtp_time, RtpState* state, std::string* out) const {
  PacketWriter writer(options_, rtp_time, state, out);
  writer.Begin(kDelimiter.size());
  writer.Bytes(kDelimiter);
  return true;
}

}  // namespace relayfleet::rtp
