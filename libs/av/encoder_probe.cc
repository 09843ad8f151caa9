// SPDX-License-Identifier: Apache-2.0

#include "libs/av/encoder_probe.h"

#include <algorithm>
#include <string>

namespace relayfleet::av {
namespace {

constexpr int kPictures = 8;
constexpr absl::Duration kLongest = absl::Seconds(2);

// A slope that moves, without colour.
void Draw(int number, Frame& out) {
  out.ResetI420(1280, 720);
  for (int y = 0; y < out.height(); ++y) {
    uint8_t* const row = out.plane(0).data + y * out.plane(0).stride;
    for (int x = 0; x < out.width(); ++x) {
      row[x] = static_cast<uint8_t>(32 + (x + 2 * y + 16 * number) % 192);
    }
  }
  for (int i = 1; i < 3; ++i) {
    const PlaneView& plane = out.plane(i);
    std::fill_n(plane.data, plane.stride * plane.height, uint8_t{128});
  }
}

absl::StatusOr<absl::Duration> MeanTime(CodecFactory& codecs, const std::string& name,
                                        const base::Clock& clock) {
  auto encoder = codecs.NewEncoder(name, {.width = 1280, .height = 720});
  if (!encoder.ok()) return encoder.status();
  Frame picture;
  absl::Duration spent;
  int done = 0;
  while (done < kPictures && spent < kLongest) {
    Draw(done, picture);
    const absl::Duration begin = clock.Monotonic();
    const auto unit = (*encoder)->Encode(picture, done * int64_t{3000}, false);
    if (!unit.ok()) return unit.status();
    if (done == 0 && !unit->key) return absl::InternalError(name + ": does not begin with an IDR");
    spent += clock.Monotonic() - begin;
    ++done;
  }
  return spent / done;
}

}  // namespace

media::EncoderReport ProbeEncoder(CodecFactory& codecs, const media::EncoderReport& kind,
                                  const base::Clock& clock) {
  media::EncoderReport report = kind;
  const absl::StatusOr<absl::Duration> time = MeanTime(codecs, kind.name, clock);
  report.usable = time.ok();
  report.reason = std::string(time.status().message());
  report.frame_time = time.ok() ? *time : absl::ZeroDuration();
  return report;
}

}  // namespace relayfleet::av
