// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_FRAME_H_
#define RELAYFLEET_LIBS_AV_FRAME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace relayfleet::av {

// How the chroma planes relate to the luma plane. kGrey has none.
enum class Chroma { kGrey, k420, k422, k444, k440, k411 };

// Which colours the numbers mean: the matrix of Y'CbCr. kJpeg is BT.601 with chroma in the middle
// of its pixels; video has it on the left.
enum class Colours { kJpeg, kBt601, kBt709, kBt2020 };

// A rectangle of one plane: rows of `width` bytes, `stride` bytes apart.
struct PlaneView {
  uint8_t* data = nullptr;
  int stride = 0;
  int width = 0;
  int height = 0;
};

// Holds one planar 8-bit Y'CbCr picture. Its memory is kept over Reset(), so a frame that
// is used again and again allocates once. Rows begin 64-byte aligned, and each plane is followed
// by 64 bytes that SIMD code may spoil. Not thread-safe; cheap to move.
class Frame {
 public:
  Frame() = default;
  Frame(Frame&& other) noexcept;
  Frame& operator=(Frame&& other) noexcept;

  // Becomes a picture of that shape, with undefined content, kJpeg. Sides: 1 to 65535.
  // `full_range`: luma 0 to 255 as in JPEG, else 16 to 235 as in video.
  void Reset(int width, int height, Chroma chroma, bool full_range);
  void ResetI420(int width, int height) { Reset(width, height, Chroma::k420, false); }

  // Becomes a picture in the memory of `owner`, which nobody changes any more. Not to be written to
  // before the next Reset().
  void Adopt(std::shared_ptr<const void> owner, int width, int height, Chroma chroma,
             bool full_range, const std::array<PlaneView, 3>& planes);

  // A default-constructed or moved-from frame holds nothing.
  bool empty() const { return width_ == 0; }
  int width() const { return width_; }
  int height() const { return height_; }
  Chroma chroma() const { return chroma_; }
  bool full_range() const { return full_range_; }
  Colours colours() const { return colours_; }
  void set_colours(Colours colours) { colours_ = colours; }

  // 0: Y, 1: Cb, 2: Cr. A grey frame has plane 0 only.
  int planes() const { return chroma_ == Chroma::kGrey ? 1 : 3; }
  const PlaneView& plane(int index) const { return planes_[index]; }

 private:
  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };
  std::unique_ptr<uint8_t, Free> memory_;
  size_t capacity_ = 0;
  std::shared_ptr<const void> owner_;  // of the planes; null: memory_
  int width_ = 0;
  int height_ = 0;
  Chroma chroma_ = Chroma::k420;
  bool full_range_ = false;
  Colours colours_ = Colours::kJpeg;
  PlaneView planes_[3];
};

// Divisors of width and height from luma to chroma; 1 for grey.
int ChromaDivisorX(Chroma chroma);
int ChromaDivisorY(Chroma chroma);

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_FRAME_H_
