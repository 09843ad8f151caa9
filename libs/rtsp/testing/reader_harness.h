// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_RTSP_TESTING_READER_HARNESS_H_
#define RELAYFLEET_LIBS_RTSP_TESTING_READER_HARNESS_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/base/secret_url.h"
#include "libs/base/thread_runtime.h"
#include "libs/rtsp/reader.h"
#include "libs/rtsp/testing/events.h"

namespace relayfleet::rtsp::testing {

// Runs one Reader on a strand of its own and writes down what its handlers say: "playing
// 1280x720" (and " audio"), "unit 18000 key", "audio 160", "closed UNAVAILABLE: …".
class ReaderHarness {
 public:
  ReaderHarness();
  ~ReaderHarness();

  void Start(absl::string_view url) { Start({.url = base::SecretUrl::Parse(url).value()}); }
  void Start(Reader::Options options);
  void AskKey();
  void Close();
  // What came so far.
  std::vector<Reader::AccessUnit> units();
  Events& events() { return events_; }

 private:
  void Run(std::function<void()> task);

  Events events_;
  std::vector<Reader::AccessUnit> units_;  // touched on the strand only
  base::ThreadRuntime runtime_;
  const std::shared_ptr<base::AsioStrand> strand_;
  std::shared_ptr<Reader> reader_;
};

}  // namespace relayfleet::rtsp::testing

#endif  // RELAYFLEET_LIBS_RTSP_TESTING_READER_HARNESS_H_
