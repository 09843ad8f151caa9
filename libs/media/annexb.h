// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_MEDIA_ANNEXB_H_
#define RELAYFLEET_LIBS_MEDIA_ANNEXB_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// H.264 byte streams (ITU-T H.264 Annex B), looked at in place. Views point into the caller's
// bytes. Stateless; any thread.
namespace relayfleet::media {

// nal_unit_type values that matter here (H.264, table 7-1).
enum class NalType : uint8_t {
  kSlice = 1,
  kIdr = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kDelimiter = 9,
};

// Type of a NAL unit; `nal` is not empty.
inline NalType TypeOfNal(absl::string_view nal) {
  return static_cast<NalType>(static_cast<uint8_t>(nal[0]) & 0x1f);
}

// Walks over the NAL units of an access unit, without start codes (of 3 or 4 bytes) and trailing
// zeros. Bytes before the first start code and empty units are skipped.
//
//   for (NalReader reader(access_unit); reader.Next();) Use(reader.nal());
class NalReader {
 public:
  explicit NalReader(absl::string_view access_unit);

  // Moves to the next NAL unit; false at the end.
  bool Next();

  // The current one, never empty.
  absl::string_view nal() const { return nal_; }

 private:
  absl::string_view rest_;  // begins behind a start code, or is empty
  absl::string_view nal_;
};

// What an access unit holds that decoding can begin with; empty views are absent. The first of
// each kind.
struct KeyUnits {
  absl::string_view idr;
  absl::string_view sps;
  absl::string_view pps;
};
KeyUnits FindKeyUnits(absl::string_view access_unit);

// Appends a NAL unit behind a 4-byte start code.
void AppendNal(absl::string_view nal, std::string* access_unit);

}  // namespace relayfleet::media

#endif  // RELAYFLEET_LIBS_MEDIA_ANNEXB_H_
