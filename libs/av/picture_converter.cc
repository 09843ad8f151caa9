// SPDX-License-Identifier: Apache-2.0

#include "libs/av/picture_converter.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "libs/av/deinterlace.h"
#include "libs/av/sws.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relayfleet::av {
namespace {

// Of formats that a Frame can hold.
std::optional<Chroma> ChromaOf(int format) {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
      return Chroma::k420;
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
      return Chroma::k422;
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
      return Chroma::k444;
    case AV_PIX_FMT_YUV440P:
    case AV_PIX_FMT_YUVJ440P:
      return Chroma::k440;
    case AV_PIX_FMT_YUV411P:
    case AV_PIX_FMT_YUVJ411P:
      return Chroma::k411;
    case AV_PIX_FMT_GRAY8:
      return Chroma::kGrey;
    default:
      return std::nullopt;
  }
}

bool FullRange(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

// Untagged video of HD size is BT.709 by custom. What swscale makes of RGB is BT.601.
Colours ColoursOf(const AVFrame& frame) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format != nullptr && (format->flags & AV_PIX_FMT_FLAG_RGB) != 0) return Colours::kBt601;
  switch (frame.colorspace) {
    case AVCOL_SPC_BT709:
      return Colours::kBt709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return Colours::kBt2020;
    case AVCOL_SPC_UNSPECIFIED:
      return frame.height >= 720 ? Colours::kBt709 : Colours::kBt601;
    default:
      return Colours::kBt601;
  }
}

int OrientationOf(int rotation) {
  return rotation == 90 ? 6 : rotation == 180 ? 3 : rotation == 270 ? 8 : 1;
}

double AspectOf(const AVRational& aspect) {
  return aspect.num <= 0 || aspect.den <= 0 ? 1 : std::clamp(av_q2d(aspect), 0.125, 8.0);
}

// The picture's planes, with a reference to what holds them.
bool Lend(const AVFrame& in, Chroma chroma, Frame& out) {
  std::shared_ptr<AVFrame> owner(av_frame_clone(&in), FfmpegDeleter());
  if (owner == nullptr) return false;
  std::array<PlaneView, 3> planes;
  const int x = ChromaDivisorX(chroma), y = ChromaDivisorY(chroma);
  for (int i = 0; i < (chroma == Chroma::kGrey ? 1 : 3); ++i) {
    planes[i] = {in.data[i], in.linesize[i], i == 0 ? in.width : (in.width + x - 1) / x,
                 i == 0 ? in.height : (in.height + y - 1) / y};
  }
  out.Adopt(std::move(owner), in.width, in.height, chroma, FullRange(in), planes);
  out.set_colours(ColoursOf(in));
  return true;
}

}  // namespace

PictureConverter::PictureConverter(int width, int height, media::Fit fit, int rotation)
    : width_(width),
      height_(height),
      orientation_(OrientationOf(rotation)),
      scaler_(width, height, fit) {}

absl::Status PictureConverter::Convert(const AVFrame& in, Frame& out) {
  const Pose pose{.orientation = orientation_, .pixel_aspect = AspectOf(in.sample_aspect_ratio)};
  const std::optional<Chroma> chroma = ChromaOf(in.format);
  // Pictures stored from the bottom up have negative strides.
  if (chroma.has_value() && in.linesize[0] > 0) return ConvertPlanar(in, *chroma, pose, out);
  return ConvertOther(in, pose, out);
}

absl::Status PictureConverter::ConvertPlanar(const AVFrame& in, Chroma chroma, const Pose& pose,
                                             Frame& out) {
  Frame lent;
  if (!Lend(in, chroma, lent)) return absl::ResourceExhaustedError("out of memory");
  if (in.interlaced_frame == 0) return Finish(lent, pose, out);
  BlendFields(lent, blended_);
  return Finish(blended_, pose, out);
}

// `in` may become `out`.
absl::Status PictureConverter::Finish(Frame& in, const Pose& pose, Frame& out) {
  const bool right = in.width() == width_ && in.height() == height_ &&
                     in.chroma() == Chroma::k420 && !in.full_range() && pose.orientation == 1 &&
                     pose.pixel_aspect == 1;
  if (!right) return scaler_.Fit(in, pose, out);
  std::swap(in, out);
  return absl::OkStatus();
}

absl::Status PictureConverter::ConvertOther(const AVFrame& in, const Pose& pose, Frame& out) {
  if (in.interlaced_frame != 0) {
    const absl::Status planar = to_frame_.Convert(in, false, planar_);
    if (!planar.ok()) return planar;
    BlendFields(planar_, blended_);
    return Finish(blended_, pose, out);
  }
  SwsPicture picture{.width = in.width,
                     .height = in.height,
                     .format = static_cast<AVPixelFormat>(in.format),
                     .full_range = FullRange(in)};
  std::copy_n(in.data, 4, picture.planes);
  std::copy_n(in.linesize, 4, picture.strides);
  const absl::Status fitted = scaler_.Fit(picture, pose, out);
  out.set_colours(ColoursOf(in));
  return fitted;
}

}  // namespace relayfleet::av
