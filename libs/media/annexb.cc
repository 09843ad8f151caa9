// SPDX-License-Identifier: Apache-2.0

#include "libs/media/annexb.h"

#include <cstring>

namespace relayfleet::media {
namespace {

constexpr absl::string_view kStartCode("\0\0\1", 3);

// Position of the next start code, or npos. memmem is vectorised where find() is not.
size_t FindStartCode(absl::string_view bytes) {
  const void* found = memmem(bytes.data(), bytes.size(), kStartCode.data(), kStartCode.size());
  if (found == nullptr) return absl::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
}

// A NAL unit never ends with a zero byte: those belong to the next start code, or pad.
absl::string_view TrimZeros(absl::string_view nal) {
  while (!nal.empty() && nal.back() == '\0') nal.remove_suffix(1);
  return nal;
}

}  // namespace

NalReader::NalReader(absl::string_view access_unit) {
  const size_t start = FindStartCode(access_unit);
  if (start != absl::string_view::npos) rest_ = access_unit.substr(start + kStartCode.size());
}

bool NalReader::Next() {
  while (!rest_.empty()) {
    const size_t end = FindStartCode(rest_);
    nal_ = TrimZeros(rest_.substr(0, end));
    rest_ = end == absl::string_view::npos ? absl::string_view()
                                           : rest_.substr(end + kStartCode.size());
    if (!nal_.empty()) return true;
  }
  nal_ = absl::string_view();
  return false;
}

KeyUnits FindKeyUnits(absl::string_view access_unit) {
  KeyUnits units;
  const auto take = [](absl::string_view nal, absl::string_view* first) {
    if (first->empty()) *first = nal;
  };
  for (NalReader reader(access_unit); reader.Next();) {
    switch (TypeOfNal(reader.nal())) {
      case NalType::kIdr:
        take(reader.nal(), &units.idr);
        break;
      case NalType::kSps:
        take(reader.nal(), &units.sps);
        break;
      case NalType::kPps:
        take(reader.nal(), &units.pps);
        break;
      default:
        break;
    }
  }
  return units;
}

void AppendNal(absl::string_view nal, std::string* access_unit) {
  access_unit->append(1, '\0').append(kStartCode.data(), kStartCode.size());
  access_unit->append(nal.data(), nal.size());
}

}  // namespace relayfleet::media
