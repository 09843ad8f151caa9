// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_AV_LOG_CAPTURE_H_
#define RELAYFLEET_LIBS_AV_LOG_CAPTURE_H_

#include <cstdarg>
#include <string>

namespace relayfleet::av {

// While it lives, what libav says on this thread is kept here instead of going to standard error:
// libav's error numbers say "Operation not permitted" where its log says "Cannot load
// libcuda.so.1". Captures may nest; the innermost one hears. libav's own threads are not heard.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  // The last error that was said, without its line end; empty if there was none.
  const std::string& text() const { return text_; }

  // `text()` behind "`what`: ", or libav's words for the number if nothing was said.
  std::string Explain(const std::string& what, int error) const;

 private:
  static void OnLine(void* context, int level, const char* format, va_list arguments);

  LogCapture* const outer_;
  std::string text_;
};

}  // namespace relayfleet::av

#endif  // RELAYFLEET_LIBS_AV_LOG_CAPTURE_H_
