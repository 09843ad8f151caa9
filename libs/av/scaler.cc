// SPDX-License-Identifier: Apache-2.0

#include "libs/av/scaler.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/orient.h"
#include "libs/av/range.h"
#include "libs/av/sws.h"

namespace relayfleet::av {
namespace {

AVPixelFormat FormatOf(Chroma chroma) {
  switch (chroma) {
    case Chroma::kGrey:
      return AV_PIX_FMT_GRAY8;
    case Chroma::k420:
      return AV_PIX_FMT_YUV420P;
    case Chroma::k422:
      return AV_PIX_FMT_YUV422P;
    case Chroma::k444:
      return AV_PIX_FMT_YUV444P;
    case Chroma::k440:
      return AV_PIX_FMT_YUV440P;
    case Chroma::k411:
      return AV_PIX_FMT_YUV411P;
  }
  return AV_PIX_FMT_NONE;
}

// The part of `plane` that belongs to `region`; `divisor` of its chroma.
PlaneView Crop(const PlaneView& plane, const Region& region, int divisor) {
  PlaneView part = plane;
  part.data += region.y / divisor * plane.stride + region.x / divisor;
  part.width = region.width / divisor;
  part.height = region.height / divisor;
  return part;
}

void FillRect(const PlaneView& plane, int x, int y, int width, int height, uint8_t value) {
  for (int row = y; row < y + height; ++row) {
    std::memset(plane.data + static_cast<size_t>(row) * plane.stride + x, value, width);
  }
}

// Paints black what is not `region`. After scaling: swscale may write a few bytes beside it.
void PaintBars(const Region& region, Frame& out) {
  for (int i = 0; i < 3; ++i) {
    const PlaneView& plane = out.plane(i);
    const int divisor = i == 0 ? 1 : 2;
    const uint8_t black = i == 0 ? 16 : 128;
    const PlaneView inner = Crop(plane, region, divisor);
    const int x = region.x / divisor, y = region.y / divisor;
    const int right = x + inner.width, bottom = y + inner.height;
    FillRect(plane, 0, 0, plane.width, y, black);
    FillRect(plane, 0, bottom, plane.width, plane.height - bottom, black);
    FillRect(plane, 0, y, x, inner.height, black);
    FillRect(plane, right, y, plane.width - right, inner.height, black);
  }
}

constexpr int kMaxShown = 1 << 20;  // a wrong pixel aspect must not overflow what follows

int Even(int64_t value) { return std::max<int>(2, static_cast<int>(value) & ~1); }

}  // namespace

Region FitInto(int in_width, int in_height, int width, int height) {
  Region region{0, 0, width, height};
  const int64_t across = int64_t{in_width} * height, along = int64_t{in_height} * width;
  if (across < along) {
    region.width = std::min(width, Even((across + in_height / 2) / in_height + 1));
  } else if (across > along) {
    region.height = std::min(height, Even((along + in_width / 2) / in_width + 1));
  }
  region.x = (width - region.width) / 2 & ~1;
  region.y = (height - region.height) / 2 & ~1;
  return region;
}

Placement Place(int in_width, int in_height, const Pose& pose, media::Fit fit, int width,
                int height) {
  const bool swap = SwapsSides(pose.orientation);
  Placement place{{0, 0, in_width, in_height}, {0, 0, width, height}};
  // Sides as shown.
  int shown_width =
      std::clamp(static_cast<int>(std::lround(in_width * pose.pixel_aspect)), 1, kMaxShown);
  int shown_height = in_height;
  if (swap) std::swap(shown_width, shown_height);
  if (fit == media::Fit::kContain) place.to = FitInto(shown_width, shown_height, width, height);
  if (fit != media::Fit::kCover) return place;
  Region seen = FitInto(width, height, shown_width, shown_height);
  if (seen.width >= shown_width - 1 && seen.height >= shown_height - 1) return place;
  if (swap) seen = {seen.y, seen.x, seen.height, seen.width};
  const double across = pose.pixel_aspect;
  // In the middle, where turning changes nothing. Aligned to chroma samples of every format.
  place.from.width = std::clamp(Even(std::lround(seen.width / across)), 1, in_width);
  place.from.height = std::clamp(Even(seen.height), 1, in_height);
  place.from.x = (in_width - place.from.width) / 2 & ~3;
  place.from.y = (in_height - place.from.height) / 2 & ~1;
  return place;
}

struct Scaler::Context {
  Sws sws;
};

Scaler::Scaler(int width, int height, media::Fit fit)
    : width_(width), height_(height), fit_(fit), context_(std::make_unique<Context>()) {}

Scaler::~Scaler() = default;

absl::Status Scaler::Scale(const SwsPicture& in, Frame& out, const Region& region) {
  SwsContext* sws = context_->sws.Get({.in_width = in.width,
                                       .in_height = in.height,
                                       .in_format = in.format,
                                       .in_full_range = in.full_range,
                                       .out_width = region.width,
                                       .out_height = region.height});
  if (sws == nullptr) {
    return absl::InternalError(absl::StrCat("swscale refuses ", in.width, "x", in.height, " to ",
                                            region.width, "x", region.height));
  }
  uint8_t* to[4] = {};
  int to_stride[4] = {};
  for (int i = 0; i < 3; ++i) {
    to[i] = Crop(out.plane(i), region, i == 0 ? 1 : 2).data;
    to_stride[i] = out.plane(i).stride;
  }
  const int rows = sws_scale(sws, in.planes, in.strides, 0, in.height, to, to_stride);
  return rows == region.height ? absl::OkStatus() : absl::InternalError("swscale failed");
}

absl::Status Scaler::Fit(const Frame& in, const Pose& pose, Frame& out) {
  const bool same_size = in.width() == width_ && in.height() == height_ && pose.pixel_aspect == 1;
  if (same_size && pose.orientation == 1 && in.full_range() && CanConvertToLimited(in.chroma())) {
    FullToLimited(in, out);
    out.set_colours(in.colours());
    return absl::OkStatus();
  }
  SwsPicture picture{.width = in.width(),
                     .height = in.height(),
                     .format = FormatOf(in.chroma()),
                     .full_range = in.full_range()};
  for (int i = 0; i < in.planes(); ++i) {
    picture.planes[i] = in.plane(i).data;
    picture.strides[i] = in.plane(i).stride;
  }
  absl::Status fitted = Fit(picture, pose, out);
  out.set_colours(in.colours());
  return fitted;
}

absl::Status Scaler::Fit(const SwsPicture& in, const Pose& pose, Frame& out) {
  const Placement place = Place(in.width, in.height, pose, fit_, width_, height_);
  const Region& from = place.from;
  const Region& region = place.to;
  const bool whole = from.width == in.width && from.height == in.height;
  const SwsPicture seen = whole ? in : av::Crop(in, from.x, from.y, from.width, from.height);
  out.ResetI420(width_, height_);
  absl::Status scaled;
  if (pose.orientation == 1) {
    scaled = Scale(seen, out, region);
  } else {
    const bool swap = SwapsSides(pose.orientation);
    const Region lying{0, 0, swap ? region.height : region.width,
                       swap ? region.width : region.height};
    turned_.ResetI420(lying.width, lying.height);
    scaled = Scale(seen, turned_, lying);
    for (int i = 0; i < 3; ++i) {
      OrientPlane(turned_.plane(i), pose.orientation, Crop(out.plane(i), region, i == 0 ? 1 : 2));
    }
  }
  PaintBars(region, out);
  return scaled;
}

}  // namespace relayfleet::av
