// SPDX-License-Identifier: Apache-2.0

#include "tools/relayctl/source_probe.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/base/mutex.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/base/url_policy.h"
#include "libs/media/packet.h"
#include "services/ingest/fallback_source.h"
#include "services/ingest/source.h"
#include "services/ingest/sources/file_source.h"
#include "services/ingest/sources/rtsp_source.h"
#include "services/ingest/sources/source_threads.h"
#include "services/ingest/sources/url_source.h"
#include "tools/relayctl/run_on.h"

namespace relayfleet::relayctl {
namespace {

using ingest::Source;

// Of silent sources: longer than their own deadlines.
constexpr absl::Duration kOpenLimit = absl::Seconds(20);

// Those that ingest reads.
absl::StatusOr<base::UrlPolicy> Policy() {
  return base::UrlPolicy::Create(
      {.schemes = {"rtsp", "rtsps", "srt", "rtmp", "rtmps", "http", "https"}});
}

absl::StatusOr<std::unique_ptr<Source>> SourceOfUrl(absl::string_view text,
                                                    const std::shared_ptr<base::AsioStrand>& strand,
                                                    ingest::SourceThreads* threads) {
  const absl::StatusOr<base::SecretUrl> url = base::SecretUrl::Parse(text);
  if (!url.ok()) return url.status();
  const absl::StatusOr<base::UrlPolicy> policy = Policy();
  if (!policy.ok()) return policy.status();
  if (absl::Status allowed = policy->CheckUrl(*url); !allowed.ok()) return allowed;
  auto by_libav = std::make_unique<ingest::UrlSource>(
      strand, threads, ingest::UrlSource::Options{.url = *url, .policy = *policy});
  if (url->scheme() != "rtsp" && url->scheme() != "rtsps") return by_libav;
  return std::make_unique<ingest::FallbackSource>(
      strand, ingest::FallbackSource::Options{.first = std::make_unique<ingest::RtspSource>(
                                                  strand, ingest::RtspSource::Options{.url = *url}),
                                              .second = std::move(by_libav),
                                              .second_name = "libav"});
}

absl::StatusOr<std::unique_ptr<Source>> SourceOf(absl::string_view location,
                                                 const std::shared_ptr<base::AsioStrand>& strand,
                                                 ingest::SourceThreads* threads) {
  if (absl::StrContains(location, "://")) return SourceOfUrl(location, strand, threads);
  std::error_code error;
  const std::string path = std::filesystem::absolute(std::string(location), error).string();
  return std::make_unique<ingest::FileSource>(
      strand, threads,
      ingest::FileSource::Options{.location = ingest::FileSource::LocalFile{.path = path}});
}

// What the source's strand and the caller's thread share.
class Session {
 public:
  ingest::SourceAttempt::Handler NewHandler() {
    ingest::SourceAttempt::Handler handler;
    handler.on_info = [this](media::StreamInfo info) { OnInfo(std::move(info)); };
    handler.on_packet = [this](const media::Packet& packet) { OnPacket(packet); };
    handler.on_lost = [this](uint64_t packets) {
      base::MutexLock lock(&mutex_);
      result_.lost += packets;
    };
    handler.on_note = [this](std::string note) {
      base::MutexLock lock(&mutex_);
      result_.notes.push_back(std::move(note));
    };
    handler.on_end = [this](absl::Status status) {
      base::MutexLock lock(&mutex_);
      end_ = std::move(status);
      changed_.NotifyAll();
    };
    return handler;
  }

  absl::StatusOr<ProbeResult> Wait(absl::Duration duration) {
    base::MutexLock lock(&mutex_);
    changed_.WaitFor(&mutex_, kOpenLimit,
                     [this] { return meter_.has_value() || end_.has_value(); });
    if (meter_.has_value()) {
      changed_.WaitFor(&mutex_, duration, [this] { return end_.has_value(); });
      result_.facts = meter_->facts();
      return result_;
    }
    if (end_.has_value() && !end_->ok()) return *end_;
    return absl::DeadlineExceededError("nothing that can be read came");
  }

 private:
  void OnInfo(media::StreamInfo info) {
    base::MutexLock lock(&mutex_);
    result_.tracks = std::move(info.tracks);
    if (!meter_.has_value()) meter_.emplace(result_.tracks, absl::ZeroDuration());
    changed_.NotifyAll();
  }

  void OnPacket(const media::Packet& packet) {
    base::MutexLock lock(&mutex_);
    if (!meter_.has_value() || packet.track != result_.tracks[0].id) return;
    meter_->Add({.bytes = *packet.payload,
                 .pts = packet.pts,
                 .key = packet.key,
                 .arrived = packet.arrival_mono});
  }

  base::Mutex mutex_;
  base::CondVar changed_;
  ProbeResult result_ ABSL_GUARDED_BY(mutex_);
  std::optional<StreamMeter> meter_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<ProbeResult> ProbeSource(absl::string_view location, absl::Duration duration) {
  base::ThreadRuntime runtime(1, "probe");
  const std::shared_ptr<base::AsioStrand> strand = runtime.NewAsioStrand();
  ingest::SourceThreads threads;
  absl::StatusOr<std::unique_ptr<Source>> source = SourceOf(location, strand, &threads);
  if (!source.ok()) return source.status();
  Session session;
  std::unique_ptr<ingest::SourceAttempt> attempt;
  RunOn(*strand, [&] { attempt = (*source)->Open(session.NewHandler()); });
  absl::StatusOr<ProbeResult> result = session.Wait(duration);
  RunOn(*strand, [&] {
    attempt = nullptr;
    source->reset();
  });
  return result;
}

}  // namespace relayfleet::relayctl
