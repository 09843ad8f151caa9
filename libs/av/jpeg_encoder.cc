// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_encoder.h"

#include <turbojpeg.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/av/range.h"

namespace relayfleet::av {
namespace {

int SubsamplingOf(Chroma chroma) {
  switch (chroma) {
    case Chroma::kGrey:
      return TJSAMP_GRAY;
    case Chroma::k420:
      return TJSAMP_420;
    case Chroma::k422:
      return TJSAMP_422;
    case Chroma::k444:
      return TJSAMP_444;
    case Chroma::k440:
      return TJSAMP_440;
    case Chroma::k411:
      return TJSAMP_411;
  }
  return TJSAMP_420;
}

}  // namespace

struct JpegEncoder::State {
  State() : handle(tjInitCompress()) {}
  ~State() {
    if (handle != nullptr) tjDestroy(handle);
    tjFree(buffer);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const tjhandle handle;
  unsigned char* buffer = nullptr;  // TurboJPEG grows it
  unsigned long capacity = 0;       // NOLINT(runtime/int): TurboJPEG's type
  Frame full_range;
};

JpegEncoder::JpegEncoder(const Options& options)
    : options_(options), state_(std::make_unique<State>()) {}

JpegEncoder::~JpegEncoder() = default;

absl::StatusOr<std::string> JpegEncoder::Encode(const Frame& picture) {
  const Frame* source = &picture;
  if (!picture.full_range()) {
    LimitedToFull(picture, state_->full_range);
    source = &state_->full_range;
  }
  const unsigned char* planes[3] = {};
  int strides[3] = {};
  for (int i = 0; i < source->planes(); ++i) {
    planes[i] = source->plane(i).data;
    strides[i] = source->plane(i).stride;
  }
  unsigned long size = state_->capacity;  // NOLINT(runtime/int)
  const int result =
      tjCompressFromYUVPlanes(state_->handle, planes, source->width(), strides, source->height(),
                              SubsamplingOf(source->chroma()), &state_->buffer, &size,
                              options_.quality, options_.progressive ? TJFLAG_PROGRESSIVE : 0);
  if (result != 0) {
    return absl::InternalError(absl::StrCat("JPEG encoder: ", tjGetErrorStr2(state_->handle)));
  }
  // What it says afterwards is the picture's size; the buffer is at least that large.
  state_->capacity = std::max(state_->capacity, size);
  return std::string(reinterpret_cast<const char*>(state_->buffer), size);
}

}  // namespace relayfleet::av
