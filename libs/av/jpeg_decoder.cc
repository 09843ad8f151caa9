// SPDX-License-Identifier: Apache-2.0

#include "libs/av/jpeg_decoder.h"

#include <turbojpeg.h>

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/av/libav_jpeg_decoder.h"

namespace relayfleet::av {
namespace {

std::optional<Chroma> ChromaOf(int turbo_subsampling) {
  switch (turbo_subsampling) {
    case TJSAMP_GRAY:
      return Chroma::kGrey;
    case TJSAMP_420:
      return Chroma::k420;
    case TJSAMP_422:
      return Chroma::k422;
    case TJSAMP_444:
      return Chroma::k444;
    case TJSAMP_440:
      return Chroma::k440;
    case TJSAMP_411:
      return Chroma::k411;
    default:
      return std::nullopt;
  }
}

int Scaled(int side, int divisor) { return (side + divisor - 1) / divisor; }

// How much smaller to decode. Only these divisors have SIMD code in libjpeg-turbo.
int DivisorFor(const media::JpegHeader& header, int min_width, int min_height) {
  for (const int divisor : {8, 4, 2}) {
    if (Scaled(header.width, divisor) >= min_width &&
        Scaled(header.height, divisor) >= min_height) {
      return divisor;
    }
  }
  return 1;
}

const unsigned char* Data(absl::string_view jpeg) {
  return reinterpret_cast<const unsigned char*>(jpeg.data());
}

}  // namespace

struct JpegDecoder::Turbo {
  Turbo() : handle(tjInitDecompress()) {}
  ~Turbo() {
    if (handle != nullptr) tjDestroy(handle);
  }
  Turbo(const Turbo&) = delete;
  Turbo& operator=(const Turbo&) = delete;

  // The chroma format, if this library can make planes of it.
  std::optional<Chroma> Chromaticity(absl::string_view jpeg) const {
    int width = 0, height = 0, subsampling = -1, colours = -1;
    if (handle == nullptr || tjDecompressHeader3(handle, Data(jpeg), jpeg.size(), &width, &height,
                                                 &subsampling, &colours) != 0) {
      return std::nullopt;
    }
    if (colours != TJCS_YCbCr && colours != TJCS_GRAY) return std::nullopt;
    return ChromaOf(subsampling);
  }

  const tjhandle handle;
};

JpegDecoder::JpegDecoder() : turbo_(std::make_unique<Turbo>()) {}

JpegDecoder::~JpegDecoder() = default;

absl::Status JpegDecoder::Decode(absl::string_view jpeg, const media::JpegHeader& header,
                                 int min_width, int min_height, Frame& out) {
  const absl::string_view image = jpeg.substr(0, header.length);
  if (const std::optional<Chroma> chroma = turbo_->Chromaticity(image)) {
    return DecodeWithTurbo(image, DivisorFor(header, min_width, min_height), *chroma, header, out);
  }
  if (libav_ == nullptr) libav_ = std::make_unique<LibavJpegDecoder>();
  return libav_->Decode(image, out);
}

absl::Status JpegDecoder::DecodeWithTurbo(absl::string_view jpeg, int divisor, Chroma chroma,
                                          const media::JpegHeader& header, Frame& out) {
  const int width = Scaled(header.width, divisor), height = Scaled(header.height, divisor);
  out.Reset(width, height, chroma, true);
  unsigned char* planes[3] = {};
  int strides[3] = {};
  for (int i = 0; i < out.planes(); ++i) {
    planes[i] = out.plane(i).data;
    strides[i] = out.plane(i).stride;
  }
  // Without TJFLAG_FASTDCT: it gains nothing where there is SIMD code, and spoils the chroma of
  // 4:2:0 at half the size.
  const int result = tjDecompressToYUVPlanes(turbo_->handle, Data(jpeg), jpeg.size(), planes, width,
                                             strides, height, TJFLAG_LIMITSCANS);
  if (result == 0) return absl::OkStatus();
  const absl::string_view why = tjGetErrorStr2(turbo_->handle);
  // Some cameras leave stray bytes between segments; the picture is whole all the same.
  const bool harmless = absl::StrContains(why, "extraneous bytes");
  if (tjGetErrorCode(turbo_->handle) == TJERR_WARNING && harmless) return absl::OkStatus();
  if (absl::StrContains(why, "Premature end")) {
    return absl::InvalidArgumentError("truncated JPEG: its picture data ends early");
  }
  return absl::InvalidArgumentError(absl::StrCat("damaged JPEG: ", why));
}

}  // namespace relayfleet::av
