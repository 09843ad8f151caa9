// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_STAGE_H_
#define RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_STAGE_H_

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/executor.h"
#include "libs/flow/direct_connector.h"
#include "libs/flow/stages.h"

namespace relayfleet::ingest::testing {

// A stage that says what the test says and keeps what it hears. One session at a time: a new one
// takes the older one's place. Used on one thread, with a FakeRuntime's strand.
template <typename Stage, typename Up, typename Down>
class ScriptedStage final : public Stage {
 public:
  using StagePipe = flow::Pipe<Down, Up>;

  explicit ScriptedStage(std::shared_ptr<base::Executor> strand) : strand_(std::move(strand)) {}

  void Attach(std::unique_ptr<StagePipe> pipe) override {
    ++sessions_;
    if (refusal_.has_value()) return pipe->Close(*refusal_);
    pipe_ = std::move(pipe);
    heard_.clear();
    closed_.reset();
    pipe_->Start(strand_, {.on_message = [this](Up up) { heard_.push_back(std::move(up)); },
                           .on_closed = [this](absl::Status why) { closed_ = std::move(why); }});
  }

  void Say(Down down) { pipe_->Send(std::move(down)); }
  // The session breaks, as when the process dies.
  void Die() { std::exchange(pipe_, nullptr)->Close(absl::UnavailableError("died")); }
  void CloseInOrder() { std::exchange(pipe_, nullptr)->Close(absl::OkStatus()); }
  // From now on sessions are refused; nullopt: no longer.
  void Refuse(std::optional<absl::Status> status) { refusal_ = std::move(status); }

  // Everything of one kind that this session heard, in order.
  template <typename T>
  std::vector<T> Heard() const {
    std::vector<T> found;
    for (const Up& up : heard_) {
      if (const T* message = std::get_if<T>(&up)) found.push_back(*message);
    }
    return found;
  }
  std::vector<media::Packet> Packets() const {
    std::vector<media::Packet> found;
    for (const auto& message : Heard<media::Message>()) {
      if (const auto* packet = std::get_if<media::Packet>(&message)) found.push_back(*packet);
    }
    return found;
  }
  int sessions() const { return sessions_; }
  bool attached() const { return pipe_ != nullptr && !closed_.has_value(); }

 private:
  const std::shared_ptr<base::Executor> strand_;
  int sessions_ = 0;
  std::optional<absl::Status> refusal_;
  std::unique_ptr<StagePipe> pipe_;
  std::vector<Up> heard_;
  std::optional<absl::Status> closed_;
};

using ScriptedTranscode =
    ScriptedStage<flow::TranscodeStage, flow::TranscodeUp, flow::TranscodeDown>;
using ScriptedPublish = ScriptedStage<flow::PublishStage, flow::PublishUp, flow::PublishDown>;

}  // namespace relayfleet::ingest::testing

#endif  // RELAYFLEET_SERVICES_INGEST_TESTING_SCRIPTED_STAGE_H_
