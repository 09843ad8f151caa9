// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_TESTS_INTEGRATION_STAGE_CLIENT_H_
#define RELAYFLEET_TESTS_INTEGRATION_STAGE_CLIENT_H_

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/executor.h"
#include "libs/flow/pipe.h"
#include "libs/flow/testing/pipe_recorder.h"
#include "libs/media/stream.h"

namespace relayfleet::integration {

// A session with a stage as ingest would have it, driven by the test: sends what it is told, and
// records what comes back.
template <typename Up, typename Down>
class StageClient {
 public:
  StageClient(std::unique_ptr<flow::Pipe<Up, Down>> pipe, std::shared_ptr<base::Executor> executor)
      : pipe_(std::move(pipe)) {
    pipe_->Start(std::move(executor), recorder_->template Handler<Up>());
  }

  void Send(Up message) { pipe_->Send(std::move(message)); }
  void Close() { pipe_->Close(absl::OkStatus()); }
  // The connection breaks.
  void Break() { pipe_ = nullptr; }
  absl::Status WaitClosed() { return recorder_->WaitClosed(); }

  // All messages of a kind so far.
  template <typename T>
  std::vector<T> Got() {
    return Pick<T>(recorder_->messages());
  }
  // Waits for at least `count` of a kind.
  template <typename T>
  std::vector<T> Wait(size_t count = 1) {
    return Pick<T>(recorder_->WaitUntil(
        [count](const auto& messages) { return Pick<T>(messages).size() >= count; }));
  }

 private:
  template <typename T>
  static std::vector<T> Pick(const std::vector<Down>& messages) {
    std::vector<T> picked;
    for (const Down& message : messages) {
      if (const T* found = Find<T>(message)) picked.push_back(*found);
    }
    return picked;
  }
  // Also looks into media messages.
  template <typename T>
  static const T* Find(const Down& message) {
    if constexpr (std::is_constructible_v<media::Message, T>) {
      const auto* media = std::get_if<media::Message>(&message);
      return media == nullptr ? nullptr : std::get_if<T>(media);
    } else {
      return std::get_if<T>(&message);
    }
  }

  const std::shared_ptr<flow::testing::PipeRecorder<Down>> recorder_ =
      std::make_shared<flow::testing::PipeRecorder<Down>>();
  std::unique_ptr<flow::Pipe<Up, Down>> pipe_;
};

}  // namespace relayfleet::integration

#endif  // RELAYFLEET_TESTS_INTEGRATION_STAGE_CLIENT_H_
