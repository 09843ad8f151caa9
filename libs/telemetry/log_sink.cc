// SPDX-License-Identifier: Apache-2.0

#include "libs/telemetry/log_sink.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/errors.h"
#include "libs/base/mutex.h"
#include "libs/telemetry/log_line.h"

namespace relayfleet::telemetry {
namespace {

constexpr size_t kQueueLines = 8192;
constexpr size_t kFileBytes = 10 << 20;
constexpr size_t kOlderFiles = 4;
// A terminal that is stuck drops lines at every turn: the tale of it must not fill the queue.
constexpr absl::Duration kReportEvery = absl::Seconds(10);

using Sinks = std::vector<spdlog::sink_ptr>;

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

class SpdlogSink final : public LogSink {
 public:
  SpdlogSink(LogFormat format, const Sinks& sinks)
      : format_(format),
        pool_(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
        logger_(Make(sinks, spdlog::async_overflow_policy::overrun_oldest)),
        last_words_(Make(sinks, spdlog::async_overflow_policy::block)) {}

  // The pool's end, after this, writes what is queued.
  ~SpdlogSink() override {
    if (const size_t dropped = pool_->overrun_counter(); dropped > 0) {
      last_words_->log(spdlog::level::warn, Report(dropped));
    }
  }

  void Write(LogLevel level, std::string line) override {
    logger_->log(SpdlogLevel(level), line);
    if (const size_t dropped = pool_->overrun_counter(); dropped > 0) ReportDropped(dropped);
  }

  const base::Clock& clock() const { return clock_; }

 private:
  std::shared_ptr<spdlog::async_logger> Make(const Sinks& sinks,
                                             spdlog::async_overflow_policy policy) {
    auto logger = std::make_shared<spdlog::async_logger>("relayfleet", sinks.begin(), sinks.end(),
                                                         pool_, policy);
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
  }

  std::string Report(size_t dropped) const {
    return FormatLogLine(format_, LogLevel::kWarning, clock_.Wall(), "log lines were dropped", {},
                         {LogField("total", uint64_t{dropped})});
  }

  void ReportDropped(size_t dropped) {
    base::MutexLock lock(&mutex_);
    const absl::Duration now = clock_.Monotonic();
    if (dropped == reported_ || now < next_report_) return;
    reported_ = dropped;
    next_report_ = now + kReportEvery;
    logger_->log(spdlog::level::warn, Report(dropped));
  }

  const base::SystemClock clock_;
  const LogFormat format_;
  const std::shared_ptr<spdlog::details::thread_pool> pool_;
  const std::shared_ptr<spdlog::async_logger> logger_;
  const std::shared_ptr<spdlog::async_logger> last_words_;  // same queue, but waits for room
  base::Mutex mutex_;
  size_t reported_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration next_report_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<spdlog::sink_ptr> FileSink(const LogOptions& options) {
  const std::filesystem::path dir(options.dir);
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) return base::BadSetting("log_dir", error.message());
  try {
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        (dir / options.file_name).string(), kFileBytes, kOlderFiles);
  } catch (const spdlog::spdlog_ex& e) {
    return base::BadSetting("log_dir", e.what());
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Logger>> CreateLogger(const LogOptions& options) {
  Sinks sinks = {std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (!options.dir.empty()) {
    absl::StatusOr<spdlog::sink_ptr> file = FileSink(options);
    if (!file.ok()) return file.status();
    sinks.push_back(*std::move(file));
  }
  auto sink = std::make_shared<SpdlogSink>(options.format, sinks);
  return std::make_shared<const Logger>(sink, options.format, options.level, &sink->clock());
}

}  // namespace relayfleet::telemetry
