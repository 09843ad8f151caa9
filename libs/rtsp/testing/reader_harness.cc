// SPDX-License-Identifier: Apache-2.0

#include "libs/rtsp/testing/reader_harness.h"

#include <future>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/media/stream.h"

namespace relayfleet::rtsp::testing {

ReaderHarness::ReaderHarness() : runtime_(2, "reader"), strand_(runtime_.NewAsioStrand()) {}

ReaderHarness::~ReaderHarness() {
  Run([this] { reader_.reset(); });
}

void ReaderHarness::Start(Reader::Options options) {
  Run([this, &options] {
    Reader::Handler handler;
    handler.on_playing = [this](const std::vector<media::Track>& tracks) {
      events_.Add(absl::StrCat("playing ", tracks[0].width, "x", tracks[0].height,
                               tracks.size() > 1 ? " audio" : ""));
    };
    handler.on_access_unit = [this](Reader::AccessUnit unit) {
      const std::string event = unit.track == 0
                                    ? absl::StrCat("unit ", unit.pts, unit.key ? " key" : "")
                                    : absl::StrCat("audio ", unit.pts);
      units_.push_back(std::move(unit));
      events_.Add(event);
    };
    handler.on_closed = [this](const absl::Status& status) {
      events_.Add(absl::StrCat("closed ", status.ToString()));
    };
    reader_ = Reader::Start(strand_, std::move(options), std::move(handler));
  });
}

void ReaderHarness::AskKey() {
  Run([this] { reader_->AskKey(); });
}

void ReaderHarness::Close() {
  Run([this] { reader_->Close(); });
}

std::vector<Reader::AccessUnit> ReaderHarness::units() {
  std::vector<Reader::AccessUnit> units;
  Run([&] { units = units_; });
  return units;
}

void ReaderHarness::Run(std::function<void()> task) {
  std::promise<void> done;
  strand_->Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace relayfleet::rtsp::testing
