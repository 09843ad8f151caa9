// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_picture_decoder.h"

#include <utility>

#include "libs/av/orient.h"
#include "libs/av/range.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {

JpegPictureDecoder::JpegPictureDecoder(int width, int height)
    : width_(width), height_(height), scaler_(width, height) {}

absl::Status JpegPictureDecoder::Decode(absl::string_view image, Frame& out) {
  const auto header = media::ParseJpegHeader(image);
  if (!header.ok()) return header.status();
  // The common case touches no memory but `out`.
  if (header->width == width_ && header->height == height_ && header->orientation == 1 &&
      header->subsampling == media::JpegSubsampling::k420) {
    const absl::Status decoded = decoder_.Decode(image, *header, width_, height_, out);
    if (decoded.ok()) FullToLimited(out);
    return decoded;
  }
  int upright_width = header->width, upright_height = header->height;
  const bool swap = SwapsSides(header->orientation);
  if (swap) std::swap(upright_width, upright_height);
  const Region fit = FitInto(upright_width, upright_height, width_, height_);
  const absl::Status decoded = decoder_.Decode(image, *header, swap ? fit.height : fit.width,
                                               swap ? fit.width : fit.height, source_);
  if (!decoded.ok()) return decoded;
  return scaler_.Fit(source_, header->orientation, out);
}

}  // namespace relayfleet::av
