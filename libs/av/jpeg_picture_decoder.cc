// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_picture_decoder.h"

#include <utility>

#include "libs/av/orient.h"
#include "libs/av/range.h"
#include "libs/media/jpeg_header.h"

namespace relayfleet::av {

JpegPictureDecoder::JpegPictureDecoder(int width, int height, media::Fit fit)
    : width_(width), height_(height), fit_(fit), scaler_(width, height, fit) {}

// Sides at least which the picture is to have, as stored, for none of it to be scaled up later.
Region JpegPictureDecoder::WantedSize(const media::JpegHeader& header) const {
  const bool swap = SwapsSides(header.orientation);
  const Placement place = Place(header.width, header.height, {.orientation = header.orientation},
                                fit_, width_, height_);
  // All of the picture in the scale at which `from` becomes `to`.
  const int to_width = swap ? place.to.height : place.to.width;
  const int to_height = swap ? place.to.width : place.to.height;
  return {0, 0, static_cast<int>(int64_t{header.width} * to_width / place.from.width),
          static_cast<int>(int64_t{header.height} * to_height / place.from.height)};
}

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
  const Region wanted = WantedSize(*header);
  const absl::Status decoded =
      decoder_.Decode(image, *header, wanted.width, wanted.height, source_);
  if (!decoded.ok()) return decoded;
  return scaler_.Fit(source_, header->orientation, out);
}

}  // namespace relayfleet::av
