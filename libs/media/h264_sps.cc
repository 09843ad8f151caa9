// SPDX-License-Identifier: Apache-2.0

#include "libs/media/h264_sps.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "libs/media/annexb.h"
#include "libs/media/bit_reader.h"

namespace relayfleet::media {
namespace {

constexpr int64_t kMaxSide = 16384;
constexpr int64_t kMacroblock = 16;
constexpr uint32_t kExtendedAspect = 255;
constexpr uint32_t kMaxReorder = 16;
constexpr uint8_t kBaseline = 66;

// Profiles whose SPS carries chroma format and scaling lists (7.3.2.1.1).
bool HasChromaFormat(uint8_t profile) {
  switch (profile) {
    case 100:
    case 110:
    case 122:
    case 244:
    case 44:
    case 83:
    case 86:
    case 118:
    case 128:
    case 138:
    case 139:
    case 134:
    case 135:
      return true;
    default:
      return false;
  }
}

void SkipScalingList(int size, BitReader* bits) {
  int32_t last = 8;
  int32_t next = 8;
  for (int i = 0; i < size && bits->ok(); ++i) {
    if (next != 0) next = (last + (bits->Se() & 0xff)) & 0xff;
    if (next != 0) last = next;
  }
}

// Returns chroma_format_idc; 3 with separate planes counts as 0, as far as cropping goes.
uint32_t ReadChromaFormat(BitReader* bits) {
  uint32_t chroma_format = bits->Ue();
  const int lists = chroma_format == 3 ? 12 : 8;
  if (chroma_format == 3 && bits->Bit() == 1) chroma_format = 0;
  bits->Ue();   // bit_depth_luma_minus8
  bits->Ue();   // bit_depth_chroma_minus8
  bits->Bit();  // qpprime_y_zero_transform_bypass_flag
  if (bits->Bit() == 0) return chroma_format;
  for (int i = 0; i < lists && bits->ok(); ++i) {
    if (bits->Bit() == 1) SkipScalingList(i < 6 ? 16 : 64, bits);
  }
  return chroma_format;
}

// Returns pic_order_cnt_type.
uint32_t ReadPictureOrder(BitReader* bits) {
  const uint32_t type = bits->Ue();
  if (type == 0) {
    bits->Ue();
  } else if (type == 1) {
    bits->Bit();
    bits->Se();
    bits->Se();
    const uint32_t cycle = bits->Ue();
    for (uint32_t i = 0; i < cycle && bits->ok(); ++i) bits->Se();
  }
  return type;
}

// Reads the size in macroblocks and the cropping behind it.
void ReadSize(uint32_t chroma_format, BitReader* bits, int64_t* width, int64_t* height,
              bool* interlaced) {
  *width = (int64_t{bits->Ue()} + 1) * kMacroblock;
  *height = (int64_t{bits->Ue()} + 1) * kMacroblock;
  const int64_t fields = bits->Bit() == 1 ? 1 : 2;
  *interlaced = fields == 2;
  *height *= fields;
  if (fields == 2) bits->Bit();  // mb_adaptive_frame_field_flag
  bits->Bit();                   // direct_8x8_inference_flag
  if (bits->Bit() == 0) return;
  const int64_t unit_x = chroma_format == 1 || chroma_format == 2 ? 2 : 1;
  const int64_t unit_y = (chroma_format == 1 ? 2 : 1) * fields;
  const int64_t left = bits->Ue();
  const int64_t right = bits->Ue();
  const int64_t top = bits->Ue();
  const int64_t bottom = bits->Ue();
  *width -= unit_x * (left + right);
  *height -= unit_y * (top + bottom);
}

// hrd_parameters (E.1.2).
void SkipHrd(BitReader* bits) {
  const uint32_t count = bits->Ue();
  bits->Bits(8);
  for (uint32_t i = 0; i <= count && bits->ok(); ++i) {
    bits->Ue();
    bits->Ue();
    bits->Bit();
  }
  bits->Bits(20);
}

// The VUI up to its timing (E.1.1).
void SkipPictureInfo(BitReader* bits) {
  if (bits->Bit() == 1 && bits->Bits(8) == kExtendedAspect) bits->Bits(32);
  if (bits->Bit() == 1) bits->Bit();  // overscan
  if (bits->Bit() == 1) {             // video signal type
    bits->Bits(4);
    if (bits->Bit() == 1) bits->Bits(24);
  }
  if (bits->Bit() == 1) {  // chroma location
    bits->Ue();
    bits->Ue();
  }
}

// An SPS, and where in its payload it says whether the frame rate is fixed: in bits; 0: nowhere.
struct Located {
  H264Sps sps;
  size_t fixed_frame_rate_at = 0;
};

void ReadVui(BitReader* bits, Located* located) {
  H264Sps* sps = &located->sps;
  SkipPictureInfo(bits);
  if (bits->Bit() == 1) {
    const uint32_t tick = bits->Bits(32);
    const uint32_t scale = bits->Bits(32);
    located->fixed_frame_rate_at = bits->read();
    sps->fixed_frame_rate = bits->Bit() == 1;
    if (bits->ok() && tick > 0) sps->fps = static_cast<double>(scale) / (2.0 * tick);
  }
  const bool nal_hrd = bits->Bit() == 1;
  if (nal_hrd) SkipHrd(bits);
  const bool vcl_hrd = bits->Bit() == 1;
  if (vcl_hrd) SkipHrd(bits);
  if (nal_hrd || vcl_hrd) bits->Bit();  // low_delay_hrd_flag
  bits->Bit();                          // pic_struct_present_flag
  if (bits->Bit() == 0) return;         // bitstream_restriction_flag
  bits->Bit();
  for (int i = 0; i < 4; ++i) bits->Ue();
  const uint32_t reorder = bits->Ue();
  if (bits->ok() && reorder <= kMaxReorder) sps->max_reorder_frames = static_cast<int>(reorder);
}

// Decoding order is the order of showing, whatever the VUI says (7.4.2.1.1, A.2.1).
bool NeverReorders(const H264Sps& sps, uint32_t picture_order) {
  return picture_order == 2 || sps.profile_idc == kBaseline;
}

absl::StatusOr<Located> Parse(absl::string_view nal) {
  if (nal.empty() || TypeOfNal(nal) != NalType::kSps) {
    return absl::InvalidArgumentError("not a sequence parameter set");
  }
  BitReader bits(nal.substr(1));
  Located located;
  H264Sps& sps = located.sps;
  sps.profile_idc = static_cast<uint8_t>(bits.Bits(8));
  sps.constraint_flags = static_cast<uint8_t>(bits.Bits(8));
  sps.level_idc = static_cast<uint8_t>(bits.Bits(8));
  bits.Ue();  // seq_parameter_set_id
  const uint32_t chroma_format = HasChromaFormat(sps.profile_idc) ? ReadChromaFormat(&bits) : 1;
  bits.Ue();  // log2_max_frame_num_minus4
  const uint32_t picture_order = ReadPictureOrder(&bits);
  bits.Ue();   // max_num_ref_frames
  bits.Bit();  // gaps_in_frame_num_value_allowed_flag
  int64_t width = 0;
  int64_t height = 0;
  ReadSize(chroma_format, &bits, &width, &height, &sps.interlaced);
  if (!bits.ok()) return absl::InvalidArgumentError("sequence parameter set is cut short");
  if (width <= 0 || height <= 0 || width > kMaxSide || height > kMaxSide) {
    return absl::InvalidArgumentError("sequence parameter set has an impossible size");
  }
  sps.width = static_cast<int>(width);
  sps.height = static_cast<int>(height);
  if (bits.Bit() == 1) ReadVui(&bits, &located);
  if (NeverReorders(sps, picture_order)) sps.max_reorder_frames = 0;
  return located;
}

// Without and with the emulation prevention bytes (7.3.1).
std::string Unescape(absl::string_view nal) {
  std::string payload;
  int zeros = 0;
  for (const char byte : nal) {
    const bool prevents = zeros >= 2 && byte == 3;
    if (!prevents) payload.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return payload;
}

std::string Escape(absl::string_view payload) {
  std::string nal;
  int zeros = 0;
  for (const char byte : payload) {
    if (zeros >= 2 && static_cast<uint8_t>(byte) <= 3) {
      nal.push_back(3);
      zeros = 0;
    }
    nal.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return nal;
}

}  // namespace

absl::StatusOr<H264Sps> ParseH264Sps(absl::string_view nal) {
  absl::StatusOr<Located> located = Parse(nal);
  if (!located.ok()) return located.status();
  return located->sps;
}

std::string WithVariableFrameRate(absl::string_view nal) {
  const absl::StatusOr<Located> located = Parse(nal);
  if (!located.ok() || !located->sps.fixed_frame_rate) return std::string(nal);
  std::string payload = Unescape(nal.substr(1));
  const size_t at = located->fixed_frame_rate_at;
  payload[at / 8] = static_cast<char>(payload[at / 8] & ~(0x80 >> (at % 8)));
  return nal[0] + Escape(payload);
}

}  // namespace relayfleet::media
