// SPDX-License-Identifier: Apache-2.0

#include "libs/av/to_frame.h"

#include <algorithm>

namespace relayfleet::av {
namespace {

// Without the deprecated formats that carry a range of their own.
AVPixelFormat PlainFormat(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return static_cast<AVPixelFormat>(frame.format);
  }
}

bool FullRange(const AVFrame& frame) {
  return PlainFormat(frame) != frame.format || frame.color_range == AVCOL_RANGE_JPEG;
}

// Untagged video of HD size is BT.709 by custom.
int CoefficientsOf(const AVFrame& frame) {
  if (frame.colorspace == AVCOL_SPC_BT709) return SWS_CS_ITU709;
  if (frame.colorspace == AVCOL_SPC_UNSPECIFIED && frame.height >= 720 && !FullRange(frame)) {
    return SWS_CS_ITU709;
  }
  return SWS_CS_ITU601;
}

}  // namespace

absl::Status ToFrame::Convert(const AVFrame& in, bool even, Frame& out) {
  const int mask = even ? ~1 : ~0;
  const int width = std::max(in.width & mask, 1), height = std::max(in.height & mask, 1);
  out.Reset(width, height, Chroma::k420, true);
  SwsContext* sws = sws_.Get({.in_width = in.width,
                              .in_height = in.height,
                              .in_format = PlainFormat(in),
                              .in_full_range = FullRange(in),
                              .in_coefficients = CoefficientsOf(in),
                              .out_width = width,
                              .out_height = height,
                              .out_full_range = true});
  if (sws == nullptr) return absl::InvalidArgumentError("unsupported pixel format");
  uint8_t* planes[4] = {};
  int strides[4] = {};
  for (int i = 0; i < 3; ++i) {
    planes[i] = out.plane(i).data;
    strides[i] = out.plane(i).stride;
  }
  const int rows = sws_scale(sws, in.data, in.linesize, 0, in.height, planes, strides);
  return rows == height ? absl::OkStatus() : absl::InternalError("swscale failed");
}

}  // namespace relayfleet::av
