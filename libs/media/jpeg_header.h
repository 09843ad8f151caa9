// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_JPEG_HEADER_H_
#define RELAYFLEET_LIBS_MEDIA_JPEG_HEADER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace relayfleet::media {

// Larger pictures are refused before anything is allocated for them.
inline constexpr int64_t kMaxJpegPixels = 36'000'000;

enum class JpegCoding { kBaseline, kExtended, kProgressive };

// How much less chroma there is than luma. kOther: allowed by the standard, made by nobody known.
enum class JpegSubsampling { kGrey, k444, k422, k420, k440, k411, kOther };

// What a JPEG says about itself before its picture data.
struct JpegHeader {
  int width = 0;  // pixels as stored: before `orientation` is applied
  int height = 0;
  int components = 0;  // 1 to 4
  JpegCoding coding = JpegCoding::kBaseline;
  JpegSubsampling subsampling = JpegSubsampling::kOther;
  bool has_dht = false;  // Huffman tables before the picture data; MJPEG cameras leave them out
  int orientation = 1;   // of EXIF, 1 to 8: 1 is upright, 5 to 8 swap width and height
  size_t length = 0;     // bytes from SOI through EOI; what follows is not part of the picture
};

// Reads the markers of one JPEG and looks for its end, without decoding: a few microseconds.
// INVALID_ARGUMENT, with a text for the user, for what is empty, no JPEG, truncated, without
// size, above kMaxJpegPixels, arithmetic-coded, lossless, hierarchical or not of 8 bits.
absl::StatusOr<JpegHeader> ParseJpegHeader(absl::string_view jpeg);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_JPEG_HEADER_H_
