// SPDX-License-Identifier: Apache-2.0

#include "libs/media/h265_sps.h"

#include "absl/status/status.h"
#include "libs/media/annexb.h"
#include "libs/media/bit_reader.h"

namespace relayfleet::media {
namespace {

constexpr int64_t kMaxSide = 16384;
constexpr int kSubLayerProfileBits = 88;
constexpr int kLevelBits = 8;

void SkipBits(int count, BitReader* bits) {
  for (; count > 32; count -= 32) bits->Bits(32);
  bits->Bits(count);
}

// profile_tier_level (7.3.3).
void ReadProfile(uint32_t sub_layers, BitReader* bits, H265Sps* sps) {
  bits->Bits(3);  // profile space, tier
  sps->profile_idc = static_cast<uint8_t>(bits->Bits(5));
  SkipBits(kSubLayerProfileBits - 8, bits);
  sps->level_idc = static_cast<uint8_t>(bits->Bits(kLevelBits));
  uint32_t profiles = 0;
  uint32_t levels = 0;
  for (uint32_t i = 0; i < sub_layers; ++i) {
    profiles += bits->Bit();
    levels += bits->Bit();
  }
  if (sub_layers > 0) SkipBits(static_cast<int>(2 * (8 - sub_layers)), bits);
  SkipBits(static_cast<int>(profiles * kSubLayerProfileBits + levels * kLevelBits), bits);
}

void Crop(uint32_t chroma_format, BitReader* bits, int64_t* width, int64_t* height) {
  const int64_t unit_x = chroma_format == 1 || chroma_format == 2 ? 2 : 1;
  const int64_t unit_y = chroma_format == 1 ? 2 : 1;
  const int64_t left = bits->Ue();
  const int64_t right = bits->Ue();
  const int64_t top = bits->Ue();
  const int64_t bottom = bits->Ue();
  *width -= unit_x * (left + right);
  *height -= unit_y * (top + bottom);
}

void TakeFirst(absl::string_view nal, absl::string_view* first) {
  if (first->empty()) *first = nal;
}

}  // namespace

absl::StatusOr<H265Sps> ParseH265Sps(absl::string_view nal) {
  if (nal.size() < 3 || TypeOfH265Nal(nal) != H265NalType::kSps) {
    return absl::InvalidArgumentError("not a sequence parameter set");
  }
  BitReader bits(nal.substr(2));
  H265Sps sps;
  bits.Bits(4);  // sps_video_parameter_set_id
  const uint32_t sub_layers = bits.Bits(3);
  bits.Bit();  // sps_temporal_id_nesting_flag
  if (sub_layers > 6) return absl::InvalidArgumentError("sequence parameter set of 8 layers");
  ReadProfile(sub_layers, &bits, &sps);
  bits.Ue();  // sps_seq_parameter_set_id
  uint32_t chroma_format = bits.Ue();
  if (chroma_format == 3 && bits.Bit() == 1) chroma_format = 0;
  int64_t width = bits.Ue();
  int64_t height = bits.Ue();
  if (bits.Bit() == 1) Crop(chroma_format, &bits, &width, &height);
  if (!bits.ok()) return absl::InvalidArgumentError("sequence parameter set is cut short");
  if (width <= 0 || height <= 0 || width > kMaxSide || height > kMaxSide) {
    return absl::InvalidArgumentError("sequence parameter set has an impossible size");
  }
  sps.width = static_cast<int>(width);
  sps.height = static_cast<int>(height);
  return sps;
}

H265KeyUnits FindH265KeyUnits(absl::string_view access_unit) {
  H265KeyUnits units;
  for (NalReader reader(access_unit); reader.Next();) {
    const H265NalType type = TypeOfH265Nal(reader.nal());
    if (IsH265Irap(type)) TakeFirst(reader.nal(), &units.irap);
    if (type == H265NalType::kVps) TakeFirst(reader.nal(), &units.vps);
    if (type == H265NalType::kSps) TakeFirst(reader.nal(), &units.sps);
    if (type == H265NalType::kPps) TakeFirst(reader.nal(), &units.pps);
  }
  return units;
}

}  // namespace relayfleet::media
