// SPDX-License-Identifier: Apache-2.0

#include "libs/media/sdp.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relayfleet::media {
namespace {

constexpr size_t kMaxText = 64 << 10;
constexpr size_t kMaxMedia = 16;
constexpr size_t kMaxFormats = 32;  // of one section
constexpr int64_t kMaxRate = 10'000'000;

// One payload type of a section.
struct Format {
  uint8_t payload_type = 0;
  std::string encoding;
  int64_t clock_rate = 0;
  int channels = 0;
  std::map<std::string, std::string> parameters;
  int width = 0;
  int height = 0;
};

// A section while its lines are read.
struct Section {
  SdpMedia media;
  std::vector<Format> formats;
};

std::pair<absl::string_view, absl::string_view> SplitAt(absl::string_view text, char separator) {
  return absl::StrSplit(text, absl::MaxSplits(separator, 1));
}

std::optional<int> Number(absl::string_view text, int limit) {
  int value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < 0 || value > limit) return std::nullopt;
  return value;
}

// Payload types that need no rtpmap (RFC 3551, 6).
Format StaticFormat(uint8_t payload_type) {
  switch (payload_type) {
    case 0:
      return {.payload_type = 0, .encoding = "PCMU", .clock_rate = 8000, .channels = 1};
    case 8:
      return {.payload_type = 8, .encoding = "PCMA", .clock_rate = 8000, .channels = 1};
    case 26:
      return {.payload_type = 26, .encoding = "JPEG", .clock_rate = 90000};
    default:
      return {.payload_type = payload_type};
  }
}

// "video 0 RTP/AVP 96 97"
absl::StatusOr<Section> ParseMediaLine(absl::string_view value) {
  const std::vector<absl::string_view> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
  if (words.size() < 4) return absl::InvalidArgumentError("malformed m= line");
  const auto port = Number(SplitAt(words[1], '/').first, 65535);
  if (!port.has_value()) return absl::InvalidArgumentError("malformed m= line");
  Section section;
  section.media.kind = std::string(words[0]);
  section.media.port = static_cast<uint16_t>(*port);
  for (size_t i = 3; i < words.size() && section.formats.size() < kMaxFormats; ++i) {
    // Formats that are no payload type (such as "webrtc-datachannel") are none of ours.
    const auto type = Number(words[i], 127);
    if (type) section.formats.push_back(StaticFormat(static_cast<uint8_t>(*type)));
  }
  return section;
}

// Takes the payload type off the front of `value`; some write a tab, or several spaces behind it.
Format* FormatOf(absl::string_view* value, Section* section) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(*value);
  const size_t end = text.find_first_of(" \t");
  const auto type = Number(text.substr(0, end), 127);
  *value = end == absl::string_view::npos ? absl::string_view()
                                          : absl::StripAsciiWhitespace(text.substr(end));
  for (Format& format : section->formats) {
    if (type == format.payload_type) return &format;
  }
  return nullptr;
}

// "96 H264/90000", "97 OPUS/48000/2"
void ParseRtpMap(absl::string_view value, Section* section) {
  Format* format = FormatOf(&value, section);
  if (format == nullptr) return;
  const auto [encoding, rest] = SplitAt(value, '/');
  const auto [rate, channels] = SplitAt(rest, '/');
  format->encoding = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(encoding));
  format->clock_rate = Number(rate, kMaxRate).value_or(0);
  format->channels = Number(channels, 64).value_or(0);
}

// "96 packetization-mode=1; sprop-parameter-sets=Z0,aM4="
void ParseFmtp(absl::string_view value, Section* section) {
  Format* format = FormatOf(&value, section);
  if (format == nullptr) return;
  for (absl::string_view parameter : absl::StrSplit(value, ';', absl::SkipWhitespace())) {
    const auto [name, text] = SplitAt(parameter, '=');
    format->parameters[absl::AsciiStrToLower(absl::StripAsciiWhitespace(name))] =
        std::string(absl::StripAsciiWhitespace(text));
  }
}

// "26 1280-720"
void ParseFrameSize(absl::string_view value, Section* section) {
  Format* format = FormatOf(&value, section);
  if (format == nullptr) return;
  const auto [width, height] = SplitAt(value, '-');
  format->width = Number(width, 65535).value_or(0);
  format->height = Number(height, 65535).value_or(0);
}

// "1280,720", for the whole section.
void ParseDimensions(absl::string_view value, Section* section) {
  const auto [width, height] = SplitAt(value, ',');
  section->media.width = Number(absl::StripAsciiWhitespace(width), 65535).value_or(0);
  section->media.height = Number(absl::StripAsciiWhitespace(height), 65535).value_or(0);
}

// "IN IP4 239.1.1.1/127"
std::string ParseConnection(absl::string_view value) {
  const std::vector<absl::string_view> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
  return words.size() < 3 ? "" : std::string(SplitAt(words[2], '/').first);
}

SdpDirection DirectionOf(absl::string_view name) {
  if (name == "sendrecv") return SdpDirection::kSendRecv;
  if (name == "sendonly") return SdpDirection::kSendOnly;
  if (name == "recvonly") return SdpDirection::kRecvOnly;
  if (name == "inactive") return SdpDirection::kInactive;
  return SdpDirection::kUnknown;
}

// Reads a description line by line. What stands before the first "m=" is for all sections.
class Parser {
 public:
  absl::Status Line(absl::string_view line) {
    if (absl::ConsumePrefix(&line, "m=")) {
      if (sections_.size() == kMaxMedia) return absl::InvalidArgumentError("SDP: too many media");
      absl::StatusOr<Section> section = ParseMediaLine(line);
      if (!section.ok()) return section.status();
      section->media.address = address_;
      section->media.direction = direction_;
      sections_.push_back(*std::move(section));
    } else if (absl::ConsumePrefix(&line, "c=")) {
      (sections_.empty() ? address_ : sections_.back().media.address) = ParseConnection(line);
    } else if (absl::ConsumePrefix(&line, "a=")) {
      const auto [name, value] = SplitAt(line, ':');
      Attribute(name, absl::StripAsciiWhitespace(value));
    }
    return absl::OkStatus();
  }

  Sdp Finish() {
    Sdp sdp = {.control = std::move(control_)};
    for (Section& section : sections_) sdp.media.push_back(Choose(std::move(section)));
    return sdp;
  }

 private:
  void Attribute(absl::string_view name, absl::string_view value) {
    const SdpDirection direction = DirectionOf(name);
    if (sections_.empty()) {
      if (name == "control") control_ = std::string(value);
      if (direction != SdpDirection::kUnknown) direction_ = direction;
      return;
    }
    Section* section = &sections_.back();
    if (direction != SdpDirection::kUnknown) section->media.direction = direction;
    if (name == "control") section->media.control = std::string(value);
    if (name == "rtpmap") ParseRtpMap(value, section);
    if (name == "fmtp") ParseFmtp(value, section);
    if (name == "framesize") ParseFrameSize(value, section);
    if (name == "x-dimensions") ParseDimensions(value, section);
    if (name == "framerate" || name == "x-framerate") {
      double fps = 0;
      if (absl::SimpleAtod(value, &fps) && fps > 0 && fps <= 1000) section->media.fps = fps;
    }
  }

  static void Take(const Format& format, SdpMedia* media) {
    media->payload_type = format.payload_type;
    media->encoding = format.encoding;
    media->clock_rate = format.clock_rate;
    media->channels = format.channels;
    media->parameters = format.parameters;
    if (format.width > 0 && format.height > 0) {
      media->width = format.width;
      media->height = format.height;
    }
  }

  static SdpMedia Choose(Section section) {
    for (const Format& format : section.formats) {
      SdpMedia media = section.media;
      Take(format, &media);
      if (TrackOf(media).ok()) return media;
    }
    if (!section.formats.empty()) Take(section.formats.front(), &section.media);
    return std::move(section.media);
  }

  std::string control_;
  std::string address_;
  SdpDirection direction_ = SdpDirection::kUnknown;
  std::vector<Section> sections_;
};

}  // namespace

absl::StatusOr<Sdp> ParseSdp(absl::string_view text) {
  if (text.size() > kMaxText) return absl::InvalidArgumentError("SDP is too long");
  if (!absl::StartsWith(text, "v=0")) return absl::InvalidArgumentError("SDP does not begin: v=0");
  Parser parser;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const absl::Status read = parser.Line(absl::StripTrailingAsciiWhitespace(line));
    if (!read.ok()) return read;
  }
  return parser.Finish();
}

}  // namespace relayfleet::media
