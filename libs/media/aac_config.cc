// SPDX-License-Identifier: Apache-2.0

#include "libs/media/aac_config.h"

#include <array>
#include <cstdint>

#include "absl/status/status.h"

namespace relayfleet::media {
namespace {

constexpr std::array<int, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                        22050, 16000, 12000, 11025, 8000,  7350};
constexpr uint32_t kExplicitRate = 15;
constexpr int kLowComplexity = 2;
constexpr int kSbr = 5;
constexpr int kParametricStereo = 29;
constexpr size_t kMuxHeaderBits = 15;

// Plain bits: unlike in H.264, nothing is escaped.
class Bits {
 public:
  explicit Bits(absl::string_view bytes) : bytes_(bytes) {}

  uint32_t Get(int count) {
    uint32_t value = 0;
    for (; count > 0; --count) {
      const size_t byte = at_ / 8;
      const bool set =
          byte < bytes_.size() && (static_cast<uint8_t>(bytes_[byte]) >> (7 - at_ % 8) & 1) != 0;
      value = value << 1 | (set ? 1 : 0);
      ++at_;
    }
    return value;
  }
  size_t at() const { return at_; }
  bool ok() const { return at_ <= bytes_.size() * 8; }

 private:
  absl::string_view bytes_;
  size_t at_ = 0;
};

int ReadObjectType(Bits* bits) {
  const uint32_t type = bits->Get(5);
  return static_cast<int>(type == 31 ? 32 + bits->Get(6) : type);
}

int ReadRate(Bits* bits) {
  const uint32_t index = bits->Get(4);
  if (index == kExplicitRate) return static_cast<int>(bits->Get(24));
  return index < kRates.size() ? kRates[index] : 0;
}

int ChannelsOf(uint32_t configuration) {
  if (configuration == 7) return 8;
  return configuration < 7 ? static_cast<int>(configuration) : 0;
}

}  // namespace

absl::StatusOr<AacConfig> ParseAacConfig(absl::string_view bytes) {
  Bits bits(bytes);
  AacConfig config;
  config.object_type = ReadObjectType(&bits);
  config.sample_rate = ReadRate(&bits);
  config.output_rate = config.sample_rate;
  config.channels = ChannelsOf(bits.Get(4));
  if (config.object_type == kSbr || config.object_type == kParametricStereo) {
    config.output_rate = ReadRate(&bits);
    config.object_type = ReadObjectType(&bits);
  }
  // GASpecificConfig: frameLengthFlag, dependsOnCoreCoder, extensionFlag.
  if (bits.Get(1) == 1) config.frame_samples = 960;
  bits.Get(2);
  config.bits = bits.at();
  if (!bits.ok()) return absl::InvalidArgumentError("AudioSpecificConfig is cut short");
  if (config.sample_rate == 0 || config.output_rate == 0) {
    return absl::InvalidArgumentError("AudioSpecificConfig has no sample rate");
  }
  return config;
}

std::string WriteAacConfig(int sample_rate, int channels) {
  if (channels < 1 || channels == 7 || channels > 8) return "";
  const int configuration = channels == 8 ? 7 : channels;
  for (size_t index = 0; index < kRates.size(); ++index) {
    if (kRates[index] != sample_rate) continue;
    const auto value = static_cast<uint16_t>(kLowComplexity << 11 | static_cast<int>(index) << 7 |
                                             configuration << 3);
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
  }
  return "";
}

absl::StatusOr<std::string> AacConfigInLatm(absl::string_view mux_config) {
  Bits bits(mux_config);
  const uint32_t version = bits.Get(1);
  const uint32_t same_framing = bits.Get(1);
  const uint32_t more_frames = bits.Get(6);
  const uint32_t more_programs = bits.Get(4);
  const uint32_t more_layers = bits.Get(3);
  if (version != 0 || same_framing != 1 || more_frames + more_programs + more_layers != 0) {
    return absl::InvalidArgumentError("a LATM multiplex of several streams is not read");
  }
  std::string shifted;
  while (bits.at() < mux_config.size() * 8) shifted.push_back(static_cast<char>(bits.Get(8)));
  const absl::StatusOr<AacConfig> config = ParseAacConfig(shifted);
  if (!config.ok()) return config.status();
  if (kMuxHeaderBits + config->bits > mux_config.size() * 8) {
    return absl::InvalidArgumentError("StreamMuxConfig is cut short");
  }
  shifted.resize((config->bits + 7) / 8);
  // What follows in the last byte belongs to the multiplex.
  if (const size_t rest = config->bits % 8; rest != 0) {
    shifted.back() = static_cast<char>(static_cast<uint8_t>(shifted.back()) & (0xff00 >> rest));
  }
  return shifted;
}

}  // namespace relayfleet::media
