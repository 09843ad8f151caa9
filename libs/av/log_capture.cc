// SPDX-License-Identifier: Apache-2.0

#include "libs/av/log_capture.h"

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/av/ffmpeg_ptr.h"

extern "C" {
#include <libavutil/log.h>
}

namespace relayfleet::av {
namespace {

// libav has one callback per process: the thread tells whose line it is.
thread_local LogCapture* innermost = nullptr;

constexpr size_t kMaxText = 200;

}  // namespace

LogCapture::LogCapture() : outer_(innermost) {
  av_log_set_callback(&LogCapture::OnLine);  // the same one each time
  innermost = this;
}

LogCapture::~LogCapture() { innermost = outer_; }

void LogCapture::OnLine(void* context, int level, const char* format, va_list arguments) {
  if (innermost == nullptr) return av_log_default_callback(context, level, format, arguments);
  if (level > AV_LOG_ERROR) return;
  char line[kMaxText];
  std::vsnprintf(line, sizeof(line), format, arguments);
  const std::string text(absl::StripAsciiWhitespace(line));
  if (!text.empty()) innermost->text_ = text;
}

std::string LogCapture::Explain(const std::string& what, int error) const {
  return text_.empty() ? AvErrorText(what, error) : absl::StrCat(what, ": ", text_);
}

}  // namespace relayfleet::av
