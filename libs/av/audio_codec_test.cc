// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "libs/av/audio_decoder.h"
#include "libs/av/audio_encoder.h"
#include "libs/av/resampler.h"
#include "libs/av/testing/material.h"

// Decoder, resampler and encoders of sound, on a tone of a known level.
namespace relayfleet::av {
namespace {

using testing::MakeMaterial;

double Rms(const std::vector<float>& samples) {
  double sum = 0;
  for (const float sample : samples) sum += sample * sample;
  return samples.empty() ? 0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

TEST(AudioDecoder, DecodesWhatCamerasSend) {
  const std::string tone = "-f lavfi -i sine=frequency=440:duration=1,volume=4 ";  // peak 0.5
  for (const std::string codec :
       {"-c:a aac -ar 44100", "-c:a libopus -ar 48000", "-c:a pcm_mulaw -ar 8000",
        "-c:a pcm_alaw -ar 8000", "-c:a ac3 -ar 48000"}) {
    const auto material = MakeMaterial(tone + codec);
    auto decoder = AudioDecoder::Create(material.track);
    ASSERT_TRUE(decoder.ok()) << codec << decoder.status();
    std::vector<float> samples;
    int rate = 0, channels = 1;
    for (const media::Packet& packet : material.packets) {
      const auto block = (*decoder)->Decode(*packet.payload);
      ASSERT_TRUE(block.ok()) << codec << block.status();
      if (block->samples.empty()) continue;
      rate = block->rate;
      channels = block->channels;
      samples.insert(samples.end(), block->samples.begin(), block->samples.end());
    }
    EXPECT_EQ(rate, material.track.clock_rate) << codec;
    EXPECT_NEAR(static_cast<double>(samples.size()) / channels / rate, 1, 0.1) << codec;
    EXPECT_NEAR(Rms(samples), 0.5 / std::numbers::sqrt2, 0.05) << codec;
  }
}

TEST(AudioDecoder, SurvivesDamage) {
  const auto material = MakeMaterial("-f lavfi -i sine=duration=1 -c:a aac -ar 44100 -ac 2");
  auto decoder = AudioDecoder::Create(material.track);
  ASSERT_TRUE(decoder.ok());
  EXPECT_TRUE(absl::IsInvalidArgument((*decoder)->Decode("").status()));
  EXPECT_FALSE((*decoder)->Decode(std::string(100, '\xff')).ok());
  EXPECT_TRUE((*decoder)->Decode(*material.packets[5].payload).ok());
}

TEST(AudioDecoder, RefusesTracksThatItCannotDecode) {
  EXPECT_FALSE(AudioDecoder::Create({.codec = media::Codec::kH264}).ok());
  EXPECT_FALSE(AudioDecoder::Create({.codec = media::Codec::kLibav, .codec_name = "vp8"}).ok());
}

AudioBlock Tone(int rate, int channels, int frames) {
  AudioBlock block{.rate = rate, .channels = channels};
  for (int i = 0; i < frames; ++i) {
    const auto level = static_cast<float>(0.5 * std::sin(i * 2 * std::numbers::pi * 440 / rate));
    block.samples.insert(block.samples.end(), channels, level);
  }
  return block;
}

TEST(Resampler, ChangesRateAndChannelsAndKeepsTheLevel) {
  Resampler resampler;
  std::vector<float> out;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(resampler.Convert(Tone(8000, 1, 800), 48000, 2, out).ok());
  }
  EXPECT_NEAR(static_cast<double>(out.size()) / 2, 48000, 500);
  EXPECT_NEAR(Rms(out), 0.5 / std::numbers::sqrt2, 0.02);
  ASSERT_TRUE(resampler.Convert(Tone(44100, 2, 4410), 48000, 2, out).ok());  // it may change
  EXPECT_NEAR(static_cast<double>(out.size()) / 2, 48000 + 4800, 600);
}

// What a tone of a second sounds like at the other end.
void ExpectRoundTrip(const AudioEncoder::Options& options) {
  auto encoder = AudioEncoder::Create(options);
  ASSERT_TRUE(encoder.ok()) << encoder.status();
  auto decoder = AudioDecoder::Create((*encoder)->track());
  ASSERT_TRUE(decoder.ok()) << decoder.status();
  const int size = (*encoder)->frame_size();
  const AudioBlock tone = Tone(options.sample_rate, options.channels, size * 40);
  std::vector<float> heard;
  std::vector<int64_t> pts;
  size_t bytes = 0;
  for (int i = 0; i < 40; ++i) {
    const auto units = (*encoder)->Encode(
        absl::MakeSpan(tone.samples)
            .subspan(size_t{1} * i * size * options.channels, size_t{1} * size * options.channels),
        1000 + int64_t{i} * size);
    ASSERT_TRUE(units.ok()) << units.status();
    for (const AudioUnit& unit : *units) {
      pts.push_back(unit.pts);
      bytes += unit.data.size();
      const auto block = (*decoder)->Decode(unit.data);
      ASSERT_TRUE(block.ok()) << block.status();
      heard.insert(heard.end(), block->samples.begin(), block->samples.end());
    }
  }
  ASSERT_GT(pts.size(), 35);
  EXPECT_LE(pts[0], 1000);
  for (size_t i = 1; i < pts.size(); ++i) EXPECT_EQ(pts[i] - pts[i - 1], size);
  EXPECT_NEAR(Rms(heard), 0.5 / std::numbers::sqrt2, 0.05);
  const double seconds = 40.0 * size / options.sample_rate;
  EXPECT_LT(static_cast<double>(bytes) * 8 / 1000 / seconds, 1.3 * options.bitrate_kbps);
}

TEST(AudioEncoder, MakesAacWithItsConfiguration) {
  ExpectRoundTrip({.codec = media::Codec::kAac, .sample_rate = 44100, .channels = 2});
  ExpectRoundTrip(
      {.codec = media::Codec::kAac, .bitrate_kbps = 32, .sample_rate = 16000, .channels = 1});
  const auto encoder = AudioEncoder::Create({.codec = media::Codec::kAac});
  ASSERT_TRUE(encoder.ok());
  // AAC-LC, 44100, stereo (ISO 14496-3, 1.6.2.1).
  EXPECT_EQ((*encoder)->track().config.substr(0, 2), "\x12\x10");
  EXPECT_EQ((*encoder)->track().clock_rate, 44100);
}

TEST(AudioEncoder, MakesOpus) {
  ExpectRoundTrip({.codec = media::Codec::kOpus, .sample_rate = 48000, .channels = 2});
}

}  // namespace
}  // namespace relayfleet::av
