// SPDX-License-Identifier: Apache-2.0

#include "services/transcode/encoder_catalog.h"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/av/encoder_probe.h"
#include "libs/base/errors.h"
#include "libs/base/mutex.h"

namespace relayfleet::transcode {

namespace {

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

struct EncoderCatalog::State {
  // Takes a trial's result, unless it comes too late.
  void Put(size_t index, media::EncoderReport report);
  void GiveUp();
  // Whoever waited, if nothing is missing any more.
  std::vector<base::Task> Ready() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  std::vector<std::string> known;  // all names there are
  std::shared_ptr<base::Executor> strand;
  base::Timer timer;  // set before the trials begin
  mutable base::Mutex mutex;
  std::vector<media::EncoderReport> reports ABSL_GUARDED_BY(mutex);
  std::vector<bool> tried ABSL_GUARDED_BY(mutex);
  size_t missing ABSL_GUARDED_BY(mutex) = 0;
  std::vector<base::Task> waiting ABSL_GUARDED_BY(mutex);
};

std::vector<base::Task> EncoderCatalog::State::Ready() {
  return missing == 0 ? std::exchange(waiting, {}) : std::vector<base::Task>();
}

void EncoderCatalog::State::Put(size_t index, media::EncoderReport report) {
  std::vector<base::Task> ready;
  {
    base::MutexLock lock(&mutex);
    if (tried[index]) return;
    tried[index] = true;
    reports[index] = std::move(report);
    --missing;
    ready = Ready();
  }
  malloc_trim(0);  // what a trial took is not needed again, where no session comes
  for (base::Task& task : ready) task();
}

void EncoderCatalog::State::GiveUp() {
  std::vector<base::Task> ready;
  {
    base::MutexLock lock(&mutex);
    for (size_t i = 0; i < reports.size(); ++i) {
      if (!tried[i]) reports[i].reason = "gave no answer when it was tried";
      tried[i] = true;
    }
    missing = 0;
    ready = Ready();
  }
  for (base::Task& task : ready) task();
}

EncoderCatalog::EncoderCatalog(const Options& options, av::CodecFactory* codecs,
                               base::Runtime* control, base::Runtime* codec)
    : state_(std::make_shared<State>()) {
  const std::vector<media::EncoderReport> known = codecs->KnownEncoders();
  std::vector<media::EncoderReport> trials;
  for (const media::EncoderReport& kind : known) state_->known.push_back(kind.name);
  for (const std::string& name : options.preference.empty() ? state_->known : options.preference) {
    for (const media::EncoderReport& kind : known) {
      if (kind.name == name) trials.push_back(kind);
    }
  }
  {
    base::MutexLock lock(&state_->mutex);
    state_->reports = trials;
    state_->tried.resize(trials.size());
    state_->missing = trials.size();
  }
  state_->strand = control->NewStrand();
  state_->timer = state_->strand->After(options.deadline, [weak = std::weak_ptr(state_)] {
    if (auto state = weak.lock()) state->GiveUp();
  });
  for (size_t i = 0; i < trials.size(); ++i) {
    codec->NewStrand()->Post(
        [state = state_, i, kind = trials[i], codecs, clock = &codec->clock()] {
          state->Put(i, av::ProbeEncoder(*codecs, kind, *clock));
        });
  }
}

EncoderCatalog::~EncoderCatalog() = default;

void EncoderCatalog::Await(base::Task known) {
  {
    base::MutexLock lock(&state_->mutex);
    if (state_->missing > 0) return state_->waiting.push_back(std::move(known));
  }
  known();
}

std::vector<media::EncoderReport> EncoderCatalog::reports() const {
  base::MutexLock lock(&state_->mutex);
  return state_->reports;
}

absl::StatusOr<std::vector<std::string>> EncoderCatalog::Choose(
    const std::vector<std::string>& first) const {
  const std::vector<media::EncoderReport> all = reports();
  std::vector<std::string> order = first;
  for (const std::string& name : first) {
    if (!Holds(state_->known, name)) {
      return base::InvalidField("spec.encoders", absl::StrCat("there is no ", name));
    }
  }
  for (const media::EncoderReport& report : all) order.push_back(report.name);
  std::vector<std::string> chosen;
  for (const std::string& name : order) {
    const bool usable = std::any_of(
        all.begin(), all.end(),
        [&](const media::EncoderReport& report) { return report.name == name && report.usable; });
    if (usable && !Holds(chosen, name)) chosen.push_back(name);
  }
  if (chosen.empty()) return absl::UnavailableError("none of this instance's encoders works");
  return chosen;
}

void EncoderCatalog::ListEncoders(Done done) {
  Await([state = state_, done = std::move(done)]() mutable {
    std::vector<media::EncoderReport> reports;
    {
      base::MutexLock lock(&state->mutex);
      reports = state->reports;
    }
    done(std::move(reports));
  });
}

}  // namespace relayfleet::transcode
