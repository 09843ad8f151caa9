// SPDX-License-Identifier: Apache-2.0

#include "libs/av/scaler.h"

#include <algorithm>
#include <cstring>

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

struct Scaler::Context {
  Sws sws;
};

Scaler::Scaler(int width, int height)
    : width_(width), height_(height), context_(std::make_unique<Context>()) {}

Scaler::~Scaler() = default;

absl::Status Scaler::Scale(const Frame& in, Frame& out, const Region& region) {
  SwsContext* sws = context_->sws.Get({.in_width = in.width(),
                                       .in_height = in.height(),
                                       .in_format = FormatOf(in.chroma()),
                                       .in_full_range = in.full_range(),
                                       .out_width = region.width,
                                       .out_height = region.height});
  if (sws == nullptr) {
    return absl::InternalError(absl::StrCat("swscale refuses ", in.width(), "x", in.height(),
                                            " to ", region.width, "x", region.height));
  }
  const uint8_t* from[4] = {};
  int from_stride[4] = {};
  for (int i = 0; i < in.planes(); ++i) {
    from[i] = in.plane(i).data;
    from_stride[i] = in.plane(i).stride;
  }
  uint8_t* to[4] = {};
  int to_stride[4] = {};
  for (int i = 0; i < 3; ++i) {
    to[i] = Crop(out.plane(i), region, i == 0 ? 1 : 2).data;
    to_stride[i] = out.plane(i).stride;
  }
  const int rows = sws_scale(sws, from, from_stride, 0, in.height(), to, to_stride);
  return rows == region.height ? absl::OkStatus() : absl::InternalError("swscale failed");
}

absl::Status Scaler::Fit(const Frame& in, int orientation, Frame& out) {
  const bool same_size = in.width() == width_ && in.height() == height_;
  if (same_size && orientation == 1 && in.full_range() && CanConvertToLimited(in.chroma())) {
    FullToLimited(in, out);
    return absl::OkStatus();
  }
  const bool swap = SwapsSides(orientation);
  const Region region =
      FitInto(swap ? in.height() : in.width(), swap ? in.width() : in.height(), width_, height_);
  out.ResetI420(width_, height_);
  absl::Status scaled;
  if (orientation == 1) {
    scaled = Scale(in, out, region);
  } else {
    const Region whole{0, 0, swap ? region.height : region.width,
                       swap ? region.width : region.height};
    turned_.ResetI420(whole.width, whole.height);
    scaled = Scale(in, turned_, whole);
    for (int i = 0; i < 3; ++i) {
      OrientPlane(turned_.plane(i), orientation, Crop(out.plane(i), region, i == 0 ? 1 : 2));
    }
  }
  PaintBars(region, out);
  return scaled;
}

}  // namespace relayfleet::av
