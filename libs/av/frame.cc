// SPDX-License-Identifier: Apache-2.0

#include "libs/av/frame.h"

#include <algorithm>
#include <new>
#include <utility>

namespace relayfleet::av {
namespace {

constexpr size_t kAlign = 64;

size_t RoundUp(size_t value, size_t to) { return (value + to - 1) / to * to; }

}  // namespace

int ChromaDivisorX(Chroma chroma) {
  switch (chroma) {
    case Chroma::kGrey:
    case Chroma::k444:
    case Chroma::k440:
      return 1;
    case Chroma::k420:
    case Chroma::k422:
      return 2;
    case Chroma::k411:
      return 4;
  }
  return 1;
}

int ChromaDivisorY(Chroma chroma) {
  return chroma == Chroma::k420 || chroma == Chroma::k440 ? 2 : 1;
}

Frame::Frame(Frame&& other) noexcept { *this = std::move(other); }

Frame& Frame::operator=(Frame&& other) noexcept {
  memory_ = std::move(other.memory_);
  capacity_ = std::exchange(other.capacity_, 0);
  owner_ = std::move(other.owner_);
  width_ = std::exchange(other.width_, 0);
  height_ = std::exchange(other.height_, 0);
  chroma_ = other.chroma_;
  full_range_ = other.full_range_;
  colours_ = other.colours_;
  for (int i = 0; i < 3; ++i) planes_[i] = std::exchange(other.planes_[i], PlaneView());
  return *this;
}

void Frame::Reset(int width, int height, Chroma chroma, bool full_range) {
  full_range_ = full_range;
  colours_ = Colours::kJpeg;
  if (owner_ == nullptr && width == width_ && height == height_ && chroma == chroma_) return;
  owner_ = nullptr;
  width_ = width;
  height_ = height;
  chroma_ = chroma;
  const int x = ChromaDivisorX(chroma), y = ChromaDivisorY(chroma);
  const PlaneView chroma_view{nullptr, 0, (width + x - 1) / x, (height + y - 1) / y};
  planes_[0] = {nullptr, 0, width, height};
  planes_[1] = planes_[2] = chroma == Chroma::kGrey ? PlaneView() : chroma_view;
  size_t offsets[3], total = 0;
  for (int i = 0; i < planes(); ++i) {
    planes_[i].stride = static_cast<int>(RoundUp(planes_[i].width, kAlign));
    offsets[i] = total;
    // Decoders fill whole chroma samples: an odd height needs one row of luma more.
    total += planes_[i].stride * RoundUp(planes_[i].height, i == 0 ? y : 1) + kAlign;
  }
  if (total > capacity_) {
    capacity_ = RoundUp(total, kAlign);
    memory_.reset(static_cast<uint8_t*>(std::aligned_alloc(kAlign, capacity_)));
    if (memory_ == nullptr) throw std::bad_alloc();
  }
  for (int i = 0; i < planes(); ++i) planes_[i].data = memory_.get() + offsets[i];
}

void Frame::Adopt(std::shared_ptr<const void> owner, int width, int height, Chroma chroma,
                  bool full_range, const std::array<PlaneView, 3>& planes) {
  owner_ = std::move(owner);
  width_ = width;
  height_ = height;
  chroma_ = chroma;
  full_range_ = full_range;
  colours_ = Colours::kJpeg;
  std::copy(planes.begin(), planes.end(), planes_);
}

}  // namespace relayfleet::av
