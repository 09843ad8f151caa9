// SPDX-License-Identifier: Apache-2.0

#include "libs/media/annexb_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace relayfleet::media {
namespace {

constexpr absl::string_view kStartCode("\0\0\1", 3);
// A writer that pauses inside units now and then is believed again after this many good silences.
constexpr int kMaxProof = 600;

enum class Part { kBegins, kPicture, kPictureBegins, kOther };

// What a NAL unit is to the access unit that it lies in (H.264, 7.4.1.2.3). `first`: the byte after
// its header; first_mb_in_slice is 0 if the highest bit is set.
Part PartOf(uint8_t header, uint8_t first) {
  switch (header & 0x1f) {
    case 1:
    case 2:
    case 5:
      return (first & 0x80) != 0 ? Part::kPictureBegins : Part::kPicture;
    case 3:
    case 4:
      return Part::kPicture;
    case 6:
    case 7:
    case 8:
    case 9:
    case 14:
    case 15:
    case 16:
    case 17:
    case 18:
      return Part::kBegins;
    default:
      return Part::kOther;
  }
}

size_t FindStartCode(absl::string_view bytes, size_t from) {
  if (from >= bytes.size()) return absl::string_view::npos;
  const void* found =
      memmem(bytes.data() + from, bytes.size() - from, kStartCode.data(), kStartCode.size());
  if (found == nullptr) return absl::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
}

size_t TrimZeros(absl::string_view bytes, size_t end) {
  while (end > 0 && bytes[end - 1] == '\0') --end;
  return end;
}

}  // namespace

std::vector<AnnexbSplitter::Unit> AnnexbSplitter::Push(absl::string_view bytes) {
  std::vector<Unit> out;
  buffer_.append(bytes.data(), bytes.size());
  JudgeSilence();
  while (true) {
    const size_t start = FindStartCode(buffer_, scan_);
    if (start == absl::string_view::npos) {
      // Two zeros at the end may be half of one.
      scan_ = std::max(scan_, buffer_.size() - std::min<size_t>(buffer_.size(), 2));
      break;
    }
    scan_ = start;
    // The header and the byte after it tell what begins here.
    if (buffer_.size() < start + 5) break;
    OnNal(start, &out);
  }
  if (!synced_) Skip(TrimZeros(buffer_, scan_));
  if (buffer_.size() > options_.max_unit) DropOversize();
  return out;
}

// `scan_` is past the start code afterwards.
void AnnexbSplitter::OnNal(size_t start, std::vector<Unit>* out) {
  const auto header = static_cast<uint8_t>(buffer_[start + 3]);
  const Part part = PartOf(header, static_cast<uint8_t>(buffer_[start + 4]));
  const bool begins = part == Part::kBegins || part == Part::kPictureBegins;
  scan_ = start + kStartCode.size();
  if (!synced_) {
    if (!begins) return;
    Resync(start);
  } else if (begins && has_picture_) {
    out->push_back(Cut(start));
    Resync(0);
  }
  if (part == Part::kPicture || part == Part::kPictureBegins) has_picture_ = true;
  if ((header & 0x1f) == 5) key_ = true;
}

// A unit begins with the start code at `start`, which gets four bytes.
void AnnexbSplitter::Resync(size_t start) {
  Skip(TrimZeros(buffer_, start));
  buffer_.erase(0, FindStartCode(buffer_, 0));
  buffer_.insert(0, 1, '\0');
  scan_ = 1 + kStartCode.size();
  synced_ = true;
}

// Leaves out what is before `end` and belongs to nothing.
void AnnexbSplitter::Skip(size_t end) {
  if (end == 0) return;
  skipped_bytes_ += end;
  discontinuity_ = true;
  buffer_.erase(0, end);
  scan_ -= std::min(scan_, end);
}

void AnnexbSplitter::DropOversize() {
  ++damaged_units_;
  discontinuity_ = true;
  buffer_.clear();
  judge_at_.reset();
  scan_ = 0;
  synced_ = has_picture_ = key_ = false;
}

// The unit up to `end`, without the zeros that belong to the next start code; the rest stays.
AnnexbSplitter::Unit AnnexbSplitter::Cut(size_t end) {
  Unit unit{buffer_.substr(0, TrimZeros(buffer_, end)), key_, discontinuity_};
  buffer_.erase(0, end);
  scan_ = 0;
  has_picture_ = key_ = discontinuity_ = false;
  return unit;
}

std::optional<AnnexbSplitter::Unit> AnnexbSplitter::OnSilence() {
  if (!waiting()) return std::nullopt;
  believed_ = good_ >= proof_;
  judge_at_ = believed_ ? 0 : buffer_.size();
  if (!believed_) return std::nullopt;
  Unit unit = Cut(buffer_.size());
  synced_ = false;
  return unit;
}

// Tells by what follows a silence whether a unit had ended there.
void AnnexbSplitter::JudgeSilence() {
  if (!judge_at_.has_value()) return;
  const auto after = absl::string_view(buffer_).substr(std::min(*judge_at_, buffer_.size()));
  const size_t zeros = std::min(after.find_first_not_of('\0'), after.size());
  if (zeros == after.size()) return;
  judge_at_.reset();
  if (zeros >= 2 && after[zeros] == '\1') {
    good_ = std::min(good_ + 1, kMaxProof);
    return;
  }
  good_ = 0;
  proof_ = std::min(proof_ * 2, kMaxProof);
  if (believed_) ++damaged_units_;
}

std::optional<AnnexbSplitter::Unit> AnnexbSplitter::Finish() {
  std::optional<Unit> unit;
  if (synced_ && has_picture_) unit = Cut(buffer_.size());
  if (!unit.has_value()) {
    // The first of a unit's zeros is ours.
    const size_t left = TrimZeros(buffer_, buffer_.size());
    skipped_bytes_ += left - (synced_ && left > 0 ? 1 : 0);
  }
  buffer_.clear();
  judge_at_.reset();
  scan_ = 0;
  good_ = 0;
  synced_ = has_picture_ = key_ = false;
  discontinuity_ = true;
  return unit;
}

}  // namespace relayfleet::media
