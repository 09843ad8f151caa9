// SPDX-License-Identifier: Apache-2.0

#include "libs/rtp/h264_packetizer.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "libs/media/annexb.h"
#include "libs/rtp/byte_order.h"
#include "libs/rtp/rtp_packet.h"

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
constexpr size_t kPacketOverhead = kInterleavedHeaderSize + kRtpHeaderSize + kFuHeader;

// Writes the packets of one access unit.
class Writer {
 public:
  Writer(const H264Packetizer::Options& options, uint32_t rtp_time, RtpState* state,
         std::string* out)
      : options_(options), rtp_time_(rtp_time), state_(state), out_(out) {}

  void Add(absl::string_view nal) {
    if (batch_bytes_ + 2 + nal.size() > options_.max_payload) FlushBatch();
    if (nal.size() > options_.max_payload) {
      AddFragments(nal);
      return;
    }
    batch_.push_back(nal);
    batch_bytes_ += 2 + nal.size();
  }

  void FlushBatch();

  void Finish() {
    FlushBatch();
    if (marker_byte_ != 0) (*out_)[marker_byte_] |= static_cast<char>(0x80);
  }

 private:
  void BeginPacket(size_t payload) {
    AppendInterleavedHeader(options_.channel, kRtpHeaderSize + payload, out_);
    Append8(0x80, out_);
    marker_byte_ = out_->size();
    Append8(options_.payload_type, out_);
    Append16(state_->next_sequence++, out_);
    Append32(rtp_time_, out_);
    Append32(state_->ssrc, out_);
    ++state_->packets;
    state_->octets += static_cast<uint32_t>(payload);
  }

  void AppendBytes(absl::string_view bytes) { out_->append(bytes.data(), bytes.size()); }

  void AddFragments(absl::string_view nal) {
    const uint8_t header = Load8(nal, 0);
    absl::string_view rest = nal.substr(1);
    uint8_t position = kFuStart;
    while (!rest.empty()) {
      const absl::string_view part = rest.substr(0, options_.max_payload - kFuHeader);
      rest.remove_prefix(part.size());
      if (rest.empty()) position |= kFuEnd;
      BeginPacket(kFuHeader + part.size());
      Append8((header & ~kTypeMask) | kFuA, out_);
      Append8((header & kTypeMask) | position, out_);
      AppendBytes(part);
      position = 0;
    }
  }

  const H264Packetizer::Options& options_;
  const uint32_t rtp_time_;
  RtpState* const state_;
  std::string* const out_;
  absl::InlinedVector<absl::string_view, 8> batch_;  // wait for others to share a packet with
  size_t batch_bytes_ = 1;                           // of their STAP-A
  size_t marker_byte_ = 0;                           // of the newest packet; 0: none
};

void Writer::FlushBatch() {
  if (batch_.size() == 1) {
    BeginPacket(batch_[0].size());
    AppendBytes(batch_[0]);
  } else if (batch_.size() > 1) {
    uint8_t nri = 0;
    for (absl::string_view nal : batch_) {
      nri = std::max<uint8_t>(nri, Load8(nal, 0) & kNriMask);
    }
    BeginPacket(batch_bytes_);
    Append8(nri | kStapA, out_);
    for (absl::string_view nal : batch_) {
      Append16(static_cast<uint16_t>(nal.size()), out_);
      AppendBytes(nal);
    }
  }
  batch_.clear();
  batch_bytes_ = 1;
}

}  // namespace

void H264Packetizer::Append(absl::string_view access_unit, uint32_t rtp_time, RtpState* state,
                            std::string* out) const {
  const size_t packets = access_unit.size() / (options_.max_payload - kFuHeader) + 4;
  out->reserve(out->size() + access_unit.size() + packets * kPacketOverhead);
  Writer writer(options_, rtp_time, state, out);
  for (media::NalReader reader(access_unit); reader.Next();) writer.Add(reader.nal());
  writer.Finish();
}

void H264Packetizer::AppendDelimiter(uint32_t rtp_time, RtpState* state, std::string* out) const {
  Writer writer(options_, rtp_time, state, out);
  writer.Add(kDelimiter);
  writer.FlushBatch();
}

}  // namespace relayfleet::rtp
