// SPDX-License-Identifier: Apache-2.0

#include "libs/media/jpeg_header.h"

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::media {
namespace {

// Markers (ITU-T T.81, table B.1).
constexpr uint8_t kSof0 = 0xC0, kSof1 = 0xC1, kSof2 = 0xC2, kDht = 0xC4, kJpg = 0xC8, kDac = 0xCC;
constexpr uint8_t kRst0 = 0xD0, kSoi = 0xD8, kEoi = 0xD9, kSos = 0xDA, kTem = 0x01, kApp1 = 0xE1;

uint8_t Byte(absl::string_view s, size_t at) { return static_cast<uint8_t>(s[at]); }
int Big16(absl::string_view s, size_t at) { return Byte(s, at) << 8 | Byte(s, at + 1); }

absl::Status Refused(absl::string_view why) { return absl::InvalidArgumentError(why); }
absl::Status CutInHeader() { return Refused("truncated JPEG: it ends inside its header"); }

// The integers of a TIFF structure, in its own byte order.
struct Tiff {
  absl::string_view data;
  bool little;

  uint32_t At(size_t at, int bytes) const {
    uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      value = value << 8 | Byte(data, at + (little ? bytes - 1 - i : i));
    }
    return value;
  }
};

// Orientation in an APP1 segment; 1 if it says none.
int ExifOrientation(absl::string_view segment) {
  constexpr absl::string_view kExif("Exif\0\0", 6);
  if (!absl::StartsWith(segment, kExif)) return 1;
  const absl::string_view data = segment.substr(kExif.size());
  if (data.size() < 8 || (data[0] != 'I' && data[0] != 'M') || data[1] != data[0]) return 1;
  const Tiff tiff{data, data[0] == 'I'};
  const size_t directory = tiff.At(4, 4);
  if (directory + 2 > data.size()) return 1;
  const size_t entries = tiff.At(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (entry + 12 > data.size()) return 1;
    if (tiff.At(entry, 2) != 0x0112) continue;
    const uint32_t value = tiff.At(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

JpegSubsampling SubsamplingOf(int h, int v) {
  if (h == 1 && v == 1) return JpegSubsampling::k444;
  if (h == 2 && v == 1) return JpegSubsampling::k422;
  if (h == 2 && v == 2) return JpegSubsampling::k420;
  if (h == 1 && v == 2) return JpegSubsampling::k440;
  if (h == 4 && v == 1) return JpegSubsampling::k411;
  return JpegSubsampling::kOther;
}

// `components`: id, sampling factors and quantisation table of each.
absl::Status ReadSampling(absl::string_view components, JpegHeader& header) {
  int h[4], v[4];
  for (int i = 0; i < header.components; ++i) {
    const uint8_t factors = Byte(components, i * 3 + 1);
    h[i] = factors >> 4;
    v[i] = factors & 15;
    if (h[i] < 1 || h[i] > 4 || v[i] < 1 || v[i] > 4) {
      return Refused("broken JPEG: sampling factor out of range");
    }
  }
  header.subsampling = JpegSubsampling::kOther;
  if (header.components == 1) header.subsampling = JpegSubsampling::kGrey;
  if (header.components == 3 && h[1] == h[2] && v[1] == v[2] && h[0] % h[1] == 0 &&
      v[0] % v[1] == 0) {
    header.subsampling = SubsamplingOf(h[0] / h[1], v[0] / v[1]);
  }
  return absl::OkStatus();
}

absl::StatusOr<JpegCoding> CodingOf(uint8_t marker) {
  if (marker == kSof0) return JpegCoding::kBaseline;
  if (marker == kSof1) return JpegCoding::kExtended;
  if (marker == kSof2) return JpegCoding::kProgressive;
  if (marker > kJpg) return Refused("unsupported JPEG: arithmetic coding");
  if (marker == 0xC3) return Refused("unsupported JPEG: lossless coding");
  return Refused("unsupported JPEG: hierarchical coding");
}

// Start of frame: size and components.
absl::Status ReadFrame(uint8_t marker, absl::string_view segment, JpegHeader& header) {
  absl::StatusOr<JpegCoding> coding = CodingOf(marker);
  if (!coding.ok()) return coding.status();
  if (header.width != 0) return Refused("broken JPEG: more than one frame header");
  if (segment.size() < 6) return CutInHeader();
  header.coding = *coding;
  const int bits = Byte(segment, 0);
  header.height = Big16(segment, 1);
  header.width = Big16(segment, 3);
  header.components = Byte(segment, 5);
  if (bits != 8) {
    return Refused(absl::StrCat("unsupported JPEG: ", bits, " bits per sample"));
  }
  if (header.width == 0 || header.height == 0) return Refused("broken JPEG: no size");
  if (int64_t{header.width} * header.height > kMaxJpegPixels) {
    return Refused(absl::StrCat("JPEG too large: ", header.width, "x", header.height,
                                " is above 36 megapixels"));
  }
  if (header.components < 1 || header.components > 4) {
    return Refused(absl::StrCat("unsupported JPEG: ", header.components, " components"));
  }
  if (segment.size() < 6 + size_t{3} * header.components) return CutInHeader();
  return ReadSampling(segment.substr(6), header);
}

bool IsFrame(uint8_t marker) {
  return marker >= kSof0 && marker <= 0xCF && marker != kDht && marker != kJpg && marker != kDac;
}

absl::Status ReadSegment(uint8_t marker, absl::string_view segment, JpegHeader& header) {
  if (marker == kDht) header.has_dht = true;
  if (marker == kApp1 && header.orientation == 1) header.orientation = ExifOrientation(segment);
  return IsFrame(marker) ? ReadFrame(marker, segment, header) : absl::OkStatus();
}

// Position behind the next marker's code, from `at`; npos at the end. Fill bytes and what libjpeg
// skips as well (cameras leave stray bytes between segments) are passed over.
size_t NextMarker(absl::string_view jpeg, size_t at) {
  while (at < jpeg.size()) {
    const void* ff = std::memchr(jpeg.data() + at, 0xFF, jpeg.size() - at);
    if (ff == nullptr) break;
    at = static_cast<const char*>(ff) - jpeg.data() + 1;
    while (at < jpeg.size() && Byte(jpeg, at) == 0xFF) ++at;
    if (at < jpeg.size() && Byte(jpeg, at) != 0) return at + 1;
  }
  return absl::string_view::npos;
}

// Reads the segments up to the first scan; returns where the scan's data begins.
absl::StatusOr<size_t> ReadSegments(absl::string_view jpeg, JpegHeader& header) {
  size_t at = 2;
  while (true) {
    at = NextMarker(jpeg, at);
    if (at == absl::string_view::npos) return CutInHeader();
    const uint8_t marker = Byte(jpeg, at - 1);
    if (marker == kEoi) return Refused("truncated JPEG: no picture data");
    if (marker == kTem || (marker >= kRst0 && marker <= kSoi)) continue;
    if (at + 2 > jpeg.size()) return CutInHeader();
    const size_t length = Big16(jpeg, at);
    if (length < 2) return Refused("broken JPEG: segment without length");
    if (at + length > jpeg.size()) return CutInHeader();
    const absl::Status read = ReadSegment(marker, jpeg.substr(at + 2, length - 2), header);
    if (!read.ok()) return read;
    at += length;
    if (marker == kSos) return at;
  }
}

// Position behind the last EOI after `from`; npos if there is none. Backwards: the end is where it
// is, give or take a camera's padding.
size_t EndOfImage(absl::string_view jpeg, size_t from) {
  for (size_t end = jpeg.size(); end >= from + 2; --end) {
    if (Byte(jpeg, end - 1) == kEoi && Byte(jpeg, end - 2) == 0xFF) return end;
  }
  return absl::string_view::npos;
}

}  // namespace

absl::StatusOr<JpegHeader> ParseJpegHeader(absl::string_view jpeg) {
  if (jpeg.empty()) return Refused("empty image");
  if (!absl::StartsWith(jpeg, "\xFF\xD8")) return Refused("not a JPEG: no SOI marker at its start");
  JpegHeader header;
  const absl::StatusOr<size_t> scan = ReadSegments(jpeg, header);
  if (!scan.ok()) return scan.status();
  if (header.width == 0) return Refused("broken JPEG: picture data without a frame header");
  header.length = EndOfImage(jpeg, *scan);
  if (header.length == absl::string_view::npos) return Refused("truncated JPEG: no EOI marker");
  return header;
}

}  // namespace relayfleet::media
