// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/server_share.h"

#include <cstddef>
#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"
#include "libs/base/clock.h"
#include "libs/base/secret_url.h"
#include "libs/media/annexb.h"
#include "libs/media/packet.h"

namespace relayfleet::bench {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);
constexpr absl::Duration kShowEach = absl::Milliseconds(50);
// Reader's and publisher's clocks count the same ticks; rounding may differ by one.
constexpr int64_t kSameTick = 2;

}  // namespace

ServerShare::ServerShare(base::ThreadRuntime& runtime) : strand_(runtime.NewAsioStrand()) {}

ServerShare::~ServerShare() {
  strand_->Post([state = state_] {
    if (state->publisher != nullptr) state->publisher->Close();
    state->publisher = nullptr;
  });
}

absl::StatusOr<std::unique_ptr<ServerShare>> ServerShare::Start(base::ThreadRuntime& runtime,
                                                                const std::string& url,
                                                                const std::string& first) {
  std::unique_ptr<ServerShare> share(new ServerShare(runtime));
  absl::Status status = share->Publish(url, first);
  if (status.ok()) status = share->Show(runtime, url, first);
  if (!status.ok()) return status;
  return share;
}

absl::Status ServerShare::Publish(const std::string& url, const std::string& first) {
  const media::KeyUnits units = media::FindKeyUnits(first);
  media::Track track{.codec = media::Codec::kH264};
  track.sps = std::string(units.sps);
  track.pps = std::string(units.pps);
  rtsp::Publisher::Options options{.url = *base::SecretUrl::Parse(url),
                                   .tracks = {std::move(track)}};
  rtsp::Publisher::Handler handler;
  handler.on_recording = [state = state_] {
    base::MutexLock lock(&state->mutex);
    state->recording = true;
    state->changed.NotifyAll();
  };
  handler.on_written = [](uint64_t) {};
  handler.on_ready = [] {};
  handler.on_closed = [state = state_](absl::Status why) {
    base::MutexLock lock(&state->mutex);
    state->ended = why.ok() ? absl::UnavailableError("closed") : std::move(why);
    state->changed.NotifyAll();
  };
  strand_->Post([state = state_, strand = strand_, options = std::move(options),
                 handler = std::move(handler)]() mutable {
    state->publisher = rtsp::Publisher::Start(strand, std::move(options), std::move(handler));
  });
  base::MutexLock lock(&state_->mutex);
  state_->changed.WaitFor(&state_->mutex, kPatience, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return state_->recording || !state_->ended.ok();
  });
  return state_->recording ? absl::OkStatus() : absl::UnavailableError("MediaMTX takes nothing");
}

absl::Status ServerShare::Show(base::ThreadRuntime& runtime, const std::string& url,
                               const std::string& first) {
  recorder_ = std::make_unique<Recorder>(runtime, url);
  for (absl::Duration waited; waited < kPatience; waited += kShowEach) {
    Send(first, true, begin_);
    begin_ += media::ToVideoTicks(kShowEach);
    if (!recorder_->WaitForKey(kShowEach)) continue;
    base::MutexLock lock(&state_->mutex);
    state_->counts = true;
    return absl::OkStatus();
  }
  return absl::UnavailableError("MediaMTX shows nothing");
}

void ServerShare::Write(const std::string& unit, bool key, absl::Duration pts) {
  Send(unit, key, begin_ + media::ToVideoTicks(pts));
}

void ServerShare::Send(const std::string& unit, bool key, int64_t pts) {
  media::Packet packet{.seq = ++seq_, .pts = pts, .dts = pts, .key = key};
  packet.payload = media::MakePayload(unit);
  strand_->Post([state = state_, packet = std::move(packet)] {
    const absl::Duration now = base::SystemClock().Monotonic();
    {
      base::MutexLock lock(&state->mutex);
      if (state->counts) state->sent.push_back({.pts = packet.pts, .at = now});
    }
    state->publisher->Write(packet);
  });
}

absl::StatusOr<std::vector<absl::Duration>> ServerShare::Latencies() {
  absl::SleepFor(absl::Milliseconds(500));
  const std::vector<Received> received = recorder_->received();
  base::MutexLock lock(&state_->mutex);
  const std::vector<Received>& sent = state_->sent;
  if (sent.empty() || received.size() < sent.size()) {
    return absl::DataLossError("MediaMTX lost access units");
  }
  // One TCP connection each way loses and reorders nothing: the last ones are the same one.
  const size_t ahead = received.size() - sent.size();
  std::vector<absl::Duration> latencies;
  for (size_t i = 0; i < sent.size(); ++i) {
    const Received& got = received[ahead + i];
    const int64_t off = (got.pts - received.back().pts) - (sent[i].pts - sent.back().pts);
    if (std::abs(off) > kSameTick) return absl::DataLossError("MediaMTX changed the stream");
    latencies.push_back(got.at - sent[i].at);
  }
  return latencies;
}

}  // namespace relayfleet::bench
