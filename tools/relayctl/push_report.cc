// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/push_report.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"

namespace relayfleet::relayctl {
namespace {

// "bad_image"
std::string OutcomeName(relay::v1::PushOutcome outcome) {
  const std::string& name = relay::v1::PushOutcome_Name(outcome);
  return absl::AsciiStrToLower(absl::StripPrefix(name, "PUSH_OUTCOME_"));
}

std::string Drops(const PushStats::Snapshot& stats) {
  std::vector<std::string> reasons;
  reasons.reserve(stats.dropped.size() + 1);
  for (const auto& [outcome, count] : stats.dropped) {
    reasons.push_back(absl::StrCat(OutcomeName(outcome), " ", count));
  }
  if (stats.unanswered > 0) reasons.push_back(absl::StrCat("unanswered ", stats.unanswered));
  const std::string total = absl::StrCat(stats.total_dropped() + stats.unanswered);
  return reasons.empty() ? total : absl::StrCat(total, " (", absl::StrJoin(reasons, ", "), ")");
}

}  // namespace

PushReport::PushReport(Options options, const PushStats& stats, const base::Clock& clock,
                       std::ostream& out)
    : options_(std::move(options)),
      stats_(stats),
      clock_(clock),
      begin_(clock.Monotonic()),
      out_(out) {
  thread_ = std::thread([this] {
    base::MutexLock lock(&mutex_);
    while (!changed_.WaitFor(&mutex_, options_.period, [this] { return finished_; })) {
      Print("progress");
    }
  });
}

PushReport::~PushReport() { Finish(); }

void PushReport::Finish() {
  {
    base::MutexLock lock(&mutex_);
    if (finished_) return;
    finished_ = true;
    changed_.NotifyAll();
    Print("end");
    if (options_.style == Style::kLive) out_ << '\n' << std::flush;
  }
  thread_.join();
}

void PushReport::Tell(absl::string_view event) {
  base::MutexLock lock(&mutex_);
  if (options_.style == Style::kJson) {
    out_ << Json("event", event) << std::flush;
  } else {
    out_ << (options_.style == Style::kLive ? "\r\x1b[K" : "") << options_.key << ": " << event
         << '\n'
         << std::flush;
  }
}

void PushReport::Print(absl::string_view event) {
  switch (options_.style) {
    case Style::kLive:
      out_ << "\r\x1b[K" << Text();
      break;
    case Style::kLines:
      out_ << Text() << '\n';
      break;
    case Style::kJson:
      out_ << Json(event, "");
      break;
  }
  out_ << std::flush;
}

std::string PushReport::Text() const {
  const PushStats::Snapshot stats = stats_.Get();
  const int64_t seconds = absl::ToInt64Seconds(clock_.Monotonic() - begin_);
  return absl::StrFormat(
      "%s  %02d:%02d  sent %d  acks %d  waiting %d  latency p50 %.1f p99 %.1f ms  dropped %s",
      options_.key, seconds / 60, seconds % 60, stats.sent, stats.acknowledged, stats.waiting(),
      absl::ToDoubleMilliseconds(stats.p50), absl::ToDoubleMilliseconds(stats.p99), Drops(stats));
}

std::string PushReport::Json(absl::string_view event, absl::string_view message) const {
  const PushStats::Snapshot stats = stats_.Get();
  nlohmann::ordered_json line = {
      {"event", std::string(event)},
      {"key", options_.key},
      {"seconds", absl::ToDoubleSeconds(clock_.Monotonic() - begin_)},
      {"sent", stats.sent},
      {"acknowledged", stats.acknowledged},
      {"waiting", stats.waiting()},
      {"latency_p50_ms", absl::ToDoubleMilliseconds(stats.p50)},
      {"latency_p99_ms", absl::ToDoubleMilliseconds(stats.p99)},
      {"unanswered", stats.unanswered},
      {"reconnects", stats.reconnects},
      {"dropped", nlohmann::ordered_json::object()},
  };
  for (const auto& [outcome, count] : stats.dropped) line["dropped"][OutcomeName(outcome)] = count;
  if (!stats.last_detail.empty()) line["last_detail"] = stats.last_detail;
  if (!message.empty()) line["message"] = std::string(message);
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace relayfleet::relayctl
