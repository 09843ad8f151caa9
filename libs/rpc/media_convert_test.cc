// SPDX-License-Identifier: Apache-2.0

#include "libs/rpc/media_convert.h"

#include <string>
#include <utility>
#include <variant>

#include "gtest/gtest.h"

namespace relayfleet::rpc {
namespace {

media::Packet FullPacket() {
  media::Packet packet;
  packet.track = 1;
  packet.generation = 2;
  packet.seq = 3;
  packet.source_seq = 4;
  packet.pts = -5;
  packet.dts = -6;
  packet.key = packet.repeat = packet.discontinuity = true;
  packet.capture_time = absl::FromUnixNanos(1'700'000'000'123'456'789);
  packet.capture_trusted = true;
  packet.arrival_time = absl::FromUnixNanos(1'700'000'001'000'000'001);
  packet.payload = media::MakePayload(std::string("\0jpeg", 5));
  return packet;
}

TEST(MediaConvert, PacketsKeepEveryField) {
  const media::Packet sent = FullPacket();
  auto got = FromWire(ToWire(sent));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->track, sent.track);
  EXPECT_EQ(got->generation, sent.generation);
  EXPECT_EQ(got->seq, sent.seq);
  EXPECT_EQ(got->source_seq, sent.source_seq);
  EXPECT_EQ(got->pts, sent.pts);
  EXPECT_EQ(got->dts, sent.dts);
  EXPECT_TRUE(got->key && got->repeat && got->discontinuity && got->capture_trusted);
  EXPECT_EQ(got->capture_time, sent.capture_time);
  EXPECT_EQ(got->arrival_time, sent.arrival_time);
  EXPECT_EQ(*got->payload, *sent.payload);
}

TEST(MediaConvert, UnknownTimesStayUnknown) {
  media::Packet sent = FullPacket();
  sent.capture_time = sent.arrival_time = absl::InfinitePast();
  auto got = FromWire(ToWire(sent));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->capture_time, absl::InfinitePast());
  EXPECT_EQ(got->arrival_time, absl::InfinitePast());
}

TEST(MediaConvert, ThePayloadIsMovedFromTheWire) {
  media::v1::Packet wire = ToWire(FullPacket());
  wire.set_payload(std::string(1000, 'x'));
  const char* bytes = wire.payload().data();
  auto got = FromWire(std::move(wire));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->payload->data(), bytes);
}

TEST(MediaConvert, StreamInfosAndGapsPass) {
  const media::StreamInfo info{.generation = 7,
                               .tracks = {{.id = 1,
                                           .codec = media::Codec::kH264,
                                           .clock_rate = 90000,
                                           .width = 640,
                                           .height = 480,
                                           .sps = "sps",
                                           .pps = "pps",
                                           .vps = "vps",
                                           .config = "config",
                                           .channels = 2,
                                           .codec_name = "vp8",
                                           .fps = 29.97,
                                           .rotation = 270}}};
  auto got_info = FromWire(ToWire(media::Message(info)));
  ASSERT_TRUE(got_info.ok());
  EXPECT_EQ(std::get<media::StreamInfo>(*got_info), info);
  const media::Gap gap{3, 9, media::GapReason::kStageLost};
  auto got_gap = FromWire(ToWire(media::Message(gap)));
  ASSERT_TRUE(got_gap.ok());
  EXPECT_EQ(std::get<media::Gap>(*got_gap), gap);
}

// Each is one wrong field in an otherwise good message.
TEST(MediaConvert, RefusesBadPackets) {
  auto refused = [](auto change) {
    media::v1::Packet wire = ToWire(FullPacket());
    change(&wire);
    return FromWire(std::move(wire)).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](auto* wire) { wire->clear_payload(); }));
  EXPECT_TRUE(refused([](auto* wire) { wire->set_payload(std::string((8 << 20) + 1, 'x')); }));
  EXPECT_TRUE(refused([](auto* wire) { wire->set_seq(0); }));
  EXPECT_FALSE(refused([](auto* wire) { wire->set_payload(std::string(8 << 20, 'x')); }));
}

TEST(MediaConvert, RefusesBadStreamInfosAndGaps) {
  auto refused = [](auto change) {
    media::v1::StreamMessage wire;
    auto* track = wire.mutable_info()->add_tracks();
    track->set_codec(media::v1::CODEC_JPEG);
    track->set_clock_rate(90000);
    change(&wire);
    return FromWire(std::move(wire)).status().code() == absl::StatusCode::kInvalidArgument;
  };
  auto track = [](auto* wire) { return wire->mutable_info()->mutable_tracks(0); };
  EXPECT_FALSE(refused([](auto*) {}));
  EXPECT_TRUE(refused([](auto* wire) { wire->clear_kind(); }));
  EXPECT_TRUE(refused([](auto* wire) { wire->mutable_info()->clear_tracks(); }));
  EXPECT_TRUE(refused([&](auto* wire) { track(wire)->clear_codec(); }));
  EXPECT_TRUE(refused([&](auto* wire) { track(wire)->clear_clock_rate(); }));
  EXPECT_TRUE(refused([&](auto* wire) { track(wire)->set_width(70000); }));
  EXPECT_TRUE(refused([](auto* wire) { wire->mutable_gap()->set_last(5); }));
}

}  // namespace
}  // namespace relayfleet::rpc
