// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TOOLS_RELAYCTL_PUSH_REPORT_H_
#define RELAYFLEET_TOOLS_RELAYCTL_PUSH_REPORT_H_

#include <ostream>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "tools/relayctl/push_stats.h"

namespace relayfleet::relayctl {

// Shows how a push goes: on a terminal one line that is drawn again and again, else a line each few
// seconds, or JSON objects. Prints on a thread of its own; Tell() and Finish() on any other.
class PushReport {
 public:
  enum class Style { kLive, kLines, kJson };
  struct Options {
    Style style = Style::kLines;
    std::string key;
    absl::Duration period = absl::Seconds(5);  // between two reports
  };

  // Begins to report; the references outlive it.
  PushReport(Options options, const PushStats& stats, const base::Clock& clock, std::ostream& out);
  ~PushReport();

  // What happened, in words.
  void Tell(absl::string_view event);
  // The last report, once all is over; nothing follows.
  void Finish();

 private:
  void Print(absl::string_view event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string Text() const;
  std::string Json(absl::string_view event, absl::string_view message) const;

  const Options options_;
  const PushStats& stats_;
  const base::Clock& clock_;
  const absl::Duration begin_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::ostream& out_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace relayfleet::relayctl

#endif  // RELAYFLEET_TOOLS_RELAYCTL_PUSH_REPORT_H_
