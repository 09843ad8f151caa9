// SPDX-License-Identifier: Apache-2.0

#include "services/ingest/fallback_source.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace relayfleet::ingest {

// One attempt: at `first`, then maybe at `second`. Its source outlives it.
class FallbackSource::Attempt final : public SourceAttempt {
 public:
  Attempt(FallbackSource& source, Handler handler) : source_(source), handler_(std::move(handler)) {
    if (source_.why_second_.empty()) {
      inner_ = source_.options_.first->Open(Listen());
    } else {
      // Not inside Open(): its note is one of the handlers.
      switch_ = source_.strand_->After(absl::ZeroDuration(), [this] { OpenSecond(); });
    }
  }

  void AskKey() override {
    if (inner_ != nullptr) inner_->AskKey();
  }

 private:
  Handler Listen() {
    return {.on_info = [this](media::StreamInfo info) { handler_.on_info(std::move(info)); },
            .on_packet = [this](media::Packet packet) { handler_.on_packet(std::move(packet)); },
            .on_lost = [this](uint64_t packets) { handler_.on_lost(packets); },
            .on_note = [this](std::string note) { handler_.on_note(std::move(note)); },
            .on_end = [this](absl::Status status) { OnEnd(std::move(status)); }};
  }

  void OnEnd(absl::Status status) {
    if (second_ || !absl::IsUnimplemented(status)) {
      // Who hears of it may end this attempt.
      auto on_end = std::move(handler_.on_end);
      return on_end(std::move(status));
    }
    source_.why_second_ = std::string(status.message());
    // The attempt that ends is still in the call.
    switch_ = source_.strand_->After(absl::ZeroDuration(), [this] { OpenSecond(); });
  }

  void OpenSecond() {
    second_ = true;
    inner_ = nullptr;
    handler_.on_note(
        absl::StrCat("read by ", source_.options_.second_name, ": ", source_.why_second_));
    inner_ = source_.options_.second->Open(Listen());
  }

  FallbackSource& source_;
  Handler handler_;
  bool second_ = false;
  base::Timer switch_;
  std::unique_ptr<SourceAttempt> inner_;
};

std::unique_ptr<SourceAttempt> FallbackSource::Open(SourceAttempt::Handler handler) {
  return std::make_unique<Attempt>(*this, std::move(handler));
}

}  // namespace relayfleet::ingest
