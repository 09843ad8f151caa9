// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/media/annexb.h"
#include "libs/media/annexb_splitter.h"

using relayfleet::media::AnnexbSplitter;
using relayfleet::media::NalReader;

namespace {

void Check(const AnnexbSplitter::Unit& unit) {
  if (unit.bytes.substr(0, 4) != std::string("\0\0\0\1", 4)) std::abort();
  NalReader reader(unit.bytes);
  if (!reader.Next()) std::abort();
}

// Joins the units of `bytes`, given in pieces, with a silence after every fourth piece if asked.
std::string Join(absl::string_view bytes, size_t piece, bool silences) {
  AnnexbSplitter splitter({.max_unit = 4096, .proof = 1});
  std::string joined;
  const auto add = [&](const AnnexbSplitter::Unit& unit) {
    Check(unit);
    joined += unit.bytes + "|";
  };
  for (size_t at = 0; at < bytes.size(); at += piece) {
    for (const AnnexbSplitter::Unit& unit : splitter.Push(bytes.substr(at, piece))) add(unit);
    if (!silences || at / piece % 4 != 0) continue;
    if (const auto unit = splitter.OnSilence(); unit.has_value()) add(*unit);
  }
  if (const auto unit = splitter.Finish(); unit.has_value()) add(*unit);
  if (splitter.skipped_bytes() > bytes.size()) std::abort();
  return joined;
}

}  // namespace

// Whatever the bytes: units are units, and the same ones in pieces of any size.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2 || size > 4096) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t piece = 1 + data[0] % 16;
  if (Join(bytes, piece, false) != Join(bytes, bytes.size(), false)) std::abort();
  Join(bytes, piece, true);
  return 0;
}
