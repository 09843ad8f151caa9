// SPDX-License-Identifier: Apache-2.0

#include "libs/av/sws.h"

#include <cstddef>
#include <utility>

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace relayfleet::av {

SwsPicture Crop(const SwsPicture& picture, int x, int y, int width, int height) {
  SwsPicture part = picture;
  part.width = width;
  part.height = height;
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(picture.format);
  bool moved[4] = {};
  for (int i = 0; i < format->nb_components; ++i) {
    const AVComponentDescriptor& component = format->comp[i];
    if (std::exchange(moved[component.plane], true)) continue;
    const bool chroma = (i == 1 || i == 2) && (format->flags & AV_PIX_FMT_FLAG_RGB) == 0;
    const ptrdiff_t row = y >> (chroma ? format->log2_chroma_h : 0);
    const ptrdiff_t column = x >> (chroma ? format->log2_chroma_w : 0);
    part.planes[component.plane] +=
        row * picture.strides[component.plane] + column * component.step;
  }
  return part;
}

SwsContext* Sws::Get(const SwsGeometry& geometry) {
  if (context_ != nullptr && geometry == geometry_) return context_.get();
  geometry_ = geometry;
  context_.reset(sws_alloc_context());
  SwsContext* sws = context_.get();
  if (sws == nullptr) return nullptr;
  av_opt_set_int(sws, "srcw", geometry.in_width, 0);
  av_opt_set_int(sws, "srch", geometry.in_height, 0);
  av_opt_set_int(sws, "src_format", geometry.in_format, 0);
  av_opt_set_int(sws, "dstw", geometry.out_width, 0);
  av_opt_set_int(sws, "dsth", geometry.out_height, 0);
  av_opt_set_int(sws, "dst_format", AV_PIX_FMT_YUV420P, 0);
  av_opt_set_int(sws, "sws_flags", SWS_BILINEAR, 0);
  // Before the initialisation: at an unchanged size it chooses a plain copy if ranges are equal,
  // and does not think again when they are set later.
  av_opt_set_int(sws, "src_range", geometry.in_full_range, 0);
  av_opt_set_int(sws, "dst_range", geometry.out_full_range, 0);
  if (sws_init_context(sws, nullptr, nullptr) < 0) {
    context_.reset();
    return nullptr;
  }
  sws_setColorspaceDetails(sws, sws_getCoefficients(geometry.in_coefficients),
                           geometry.in_full_range, sws_getCoefficients(SWS_CS_ITU601),
                           geometry.out_full_range, 0, 1 << 16, 1 << 16);
  return sws;
}

}  // namespace relayfleet::av
