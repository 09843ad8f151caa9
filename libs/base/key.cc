// SPDX-License-Identifier: Apache-2.0

#include "libs/base/key.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/base/errors.h"
#include "libs/base/limits.h"

namespace relayfleet::base {
namespace {

bool IsKeyCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-';
}

}  // namespace

absl::Status ValidateKey(absl::string_view key) {
  if (key.empty()) return InvalidKey(key, "empty");
  if (key.size() > kMaxKeyBytes) {
    return InvalidKey(key, absl::StrCat(key.size(), " bytes, at most ", kMaxKeyBytes));
  }
  const auto bad = std::find_if_not(key.begin(), key.end(), IsKeyCharacter);
  if (bad != key.end()) {
    return InvalidKey(key, absl::StrCat(Quoted(key.substr(bad - key.begin(), 1)),
                                        " is not one of 0-9 A-Z a-z _ . / -"));
  }
  if (key.front() == '/') return InvalidKey(key, "begins with a slash");
  if (key.back() == '/') return InvalidKey(key, "ends with a slash");
  for (const absl::string_view segment : absl::StrSplit(key, '/')) {
    if (segment.empty()) return InvalidKey(key, "two slashes in a row");
    if (segment == "." || segment == "..") {
      return InvalidKey(key, absl::StrCat("\"", segment, "\" is no segment"));
    }
  }
  return absl::OkStatus();
}

}  // namespace relayfleet::base
