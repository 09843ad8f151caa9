// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_SOURCE_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "services/ingest/source.h"

namespace relayfleet::ingest::testing {

// What a test says to the attempts at a source, and what it hears; outlives both.
struct SourceScript {
  int opened = 0;
  int open = 0;  // attempts that live
  int asked_keys = 0;
  bool passive = false;
  absl::AnyInvocable<void()> on_open = [] {};  // before the attempt lives
  // Of the newest attempt. Call it outside of its handlers.
  SourceAttempt::Handler say;
};

// A source that says what the test says.
class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(SourceScript& script) : script_(script) {}

  std::unique_ptr<SourceAttempt> Open(SourceAttempt::Handler handler) override {
    script_.on_open();
    script_.say = std::move(handler);
    return std::make_unique<Attempt>(script_);
  }
  bool passive() const override { return script_.passive; }
  std::string name() const override { return "rtsp://camera/1"; }

 private:
  class Attempt final : public SourceAttempt {
   public:
    explicit Attempt(SourceScript& script) : script_(script) {
      ++script_.opened;
      ++script_.open;
    }
    ~Attempt() override { --script_.open; }
    void AskKey() override { ++script_.asked_keys; }

   private:
    SourceScript& script_;
  };

  SourceScript& script_;
};

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_SOURCE_H_
