// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/challenge.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace relayfleet::rtsp {
namespace {

// Reads words, "=" and quoted strings from the front of a text.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  void SkipSeparators() {
    while (!rest_.empty() && (absl::ascii_isspace(rest_[0]) || rest_[0] == ',')) {
      rest_.remove_prefix(1);
    }
  }

  std::string Word() {
    size_t size = 0;
    while (size < rest_.size() && !absl::ascii_isspace(rest_[size]) && rest_[size] != ',' &&
           rest_[size] != '=' && rest_[size] != '"') {
      ++size;
    }
    std::string word(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return word;
  }

  bool Equals() {
    const absl::string_view text = absl::StripLeadingAsciiWhitespace(rest_);
    if (text.empty() || text[0] != '=') return false;
    rest_ = absl::StripLeadingAsciiWhitespace(text.substr(1));
    return true;
  }

  std::string Value() { return absl::ConsumePrefix(&rest_, "\"") ? Quoted() : Word(); }

 private:
  std::string Quoted() {
    std::string text;
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text.push_back(rest_[0]);
      rest_.remove_prefix(1);
    }
    absl::ConsumePrefix(&rest_, "\"");
    return text;
  }

  absl::string_view rest_;
};

}  // namespace

std::vector<AuthChallenge> ParseChallenges(absl::string_view value) {
  std::vector<AuthChallenge> challenges;
  Scanner scanner(value);
  for (scanner.SkipSeparators(); !scanner.done(); scanner.SkipSeparators()) {
    std::string word = absl::AsciiStrToLower(scanner.Word());
    if (word.empty()) break;
    // A word without "=" is a scheme; others are parameters of the scheme before.
    if (!scanner.Equals()) {
      challenges.push_back(AuthChallenge{.scheme = std::move(word)});
    } else if (!challenges.empty()) {
      challenges.back().parameters[std::move(word)] = scanner.Value();
    } else {
      break;
    }
  }
  return challenges;
}

std::string QuotedString(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace relayfleet::rtsp
