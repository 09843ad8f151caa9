// SPDX-License-Identifier: Apache-2.0

#ifndef RELAYFLEET_LIBS_FLOW_TESTING_PIPE_CONFORMANCE_H_
#define RELAYFLEET_LIBS_FLOW_TESTING_PIPE_CONFORMANCE_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/base/mutex.h"
#include "libs/base/thread_runtime.h"
#include "libs/flow/credit.h"
#include "libs/flow/stages.h"
#include "libs/flow/testing/pipe_recorder.h"

// What every kind of pipe must do (pipe.h). A kind is tested by
//
//   struct DirectEnv {
//     // Whether a non-OK status given to Close() at the upper end arrives as it is.
//     static constexpr bool kCarriesUpperStatus = true;
//     std::pair<std::unique_ptr<ToTranscode>, std::unique_ptr<TranscodePipe>> Make();
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Direct, PipeConformance, DirectEnv);
namespace relayfleet::flow::testing {

inline TranscodeUp UpPacket(uint64_t seq, std::string bytes = "x") {
  media::Packet packet;
  packet.seq = seq;
  packet.payload = media::MakePayload(std::move(bytes));
  return media::Message(std::move(packet));
}
inline TranscodeDown DownDone(uint64_t seq) {
  return FrameDone{.seq = seq, .outcome = FrameOutcome::kEncoded};
}
inline const media::Packet& PacketOf(const TranscodeUp& message) {
  return std::get<media::Packet>(std::get<media::Message>(message));
}
inline std::vector<uint64_t> Seqs(const std::vector<TranscodeUp>& messages) {
  std::vector<uint64_t> seqs;
  for (const auto& message : messages) seqs.push_back(PacketOf(message).seq);
  return seqs;
}
inline std::vector<uint64_t> Seqs(const std::vector<TranscodeDown>& messages) {
  std::vector<uint64_t> seqs;
  for (const auto& message : messages) seqs.push_back(std::get<FrameDone>(message).seq);
  return seqs;
}
inline std::vector<uint64_t> UpTo(uint64_t last) {
  std::vector<uint64_t> seqs;
  for (uint64_t seq = 1; seq <= last; ++seq) seqs.push_back(seq);
  return seqs;
}

template <typename Env>
class PipeConformance : public ::testing::Test {
 protected:
  PipeConformance() {
    auto ends = env_.Make();
    upper_ = std::move(ends.first);
    lower_ = std::move(ends.second);
  }

  void StartUpper() { upper_->Start(strand_, down_->Handler<TranscodeUp>()); }
  void StartLower() { lower_->Start(strand_, up_->Handler<TranscodeDown>()); }
  // Runs `task` on the strand and waits until it has run.
  void RunOnStrand(std::function<void()> task) {
    std::atomic<bool> done = false;
    strand_->Post([&] {
      task();
      done = true;
      done.notify_all();
    });
    done.wait(false);
  }

  base::ThreadRuntime runtime_{2, "pipe-test"};
  std::shared_ptr<base::Executor> strand_ = runtime_.NewStrand();
  Env env_;
  std::shared_ptr<PipeRecorder<TranscodeUp>> up_ = std::make_shared<PipeRecorder<TranscodeUp>>();
  std::shared_ptr<PipeRecorder<TranscodeDown>> down_ =
      std::make_shared<PipeRecorder<TranscodeDown>>();
  std::unique_ptr<ToTranscode> upper_;    // sends TranscodeUp
  std::unique_ptr<TranscodePipe> lower_;  // sends TranscodeDown
};
TYPED_TEST_SUITE_P(PipeConformance);

TYPED_TEST_P(PipeConformance, KeepsOrderBothWays) {
  this->StartUpper();
  this->StartLower();
  for (uint64_t seq = 1; seq <= 1000; ++seq) {
    this->upper_->Send(UpPacket(seq));
    this->lower_->Send(DownDone(seq));
  }
  EXPECT_EQ(Seqs(this->up_->WaitFor(1000)), UpTo(1000));
  EXPECT_EQ(Seqs(this->down_->WaitFor(1000)), UpTo(1000));
}

TYPED_TEST_P(PipeConformance, KeepsWhatCameBeforeStart) {
  for (uint64_t seq = 1; seq <= 500; ++seq) {
    this->upper_->Send(UpPacket(seq));
    this->lower_->Send(DownDone(seq));
  }
  this->upper_->Send(ForceIdr());
  this->StartLower();
  auto got = this->up_->WaitFor(501);
  ASSERT_EQ(got.size(), 501u);
  EXPECT_TRUE(std::holds_alternative<ForceIdr>(got.back()));
  this->StartUpper();
  EXPECT_EQ(Seqs(this->down_->WaitFor(500)), UpTo(500));
}

TYPED_TEST_P(PipeConformance, AnOrderlyCloseFollowsWhatWasSent) {
  for (uint64_t seq = 1; seq <= 500; ++seq) this->upper_->Send(UpPacket(seq));
  this->upper_->Close(absl::OkStatus());
  this->StartLower();
  EXPECT_EQ(this->up_->WaitClosed(), absl::OkStatus());
  EXPECT_EQ(Seqs(this->up_->messages()), UpTo(500));
  EXPECT_EQ(this->up_->closed_calls(), 1);
}

TYPED_TEST_P(PipeConformance, TheLowerEndClosesWithItsStatusAfterWhatItSent) {
  for (uint64_t seq = 1; seq <= 500; ++seq) this->lower_->Send(DownDone(seq));
  this->lower_->Close(absl::FailedPreconditionError("epoch 3 is older than 5"));
  this->StartUpper();
  EXPECT_EQ(this->down_->WaitClosed(), absl::FailedPreconditionError("epoch 3 is older than 5"));
  EXPECT_EQ(Seqs(this->down_->messages()), UpTo(500));
  EXPECT_EQ(this->down_->closed_calls(), 1);
}

TYPED_TEST_P(PipeConformance, TheLowerEndClosesInOrder) {
  this->StartUpper();
  this->lower_->Close(absl::OkStatus());
  EXPECT_EQ(this->down_->WaitClosed(), absl::OkStatus());
}

TYPED_TEST_P(PipeConformance, AnErrorAtTheUpperEndIsNoOrderlyClose) {
  this->StartLower();
  this->upper_->Close(absl::AbortedError("superseded"));
  const absl::Status status = this->up_->WaitClosed();
  if (TypeParam::kCarriesUpperStatus) {
    EXPECT_EQ(status, absl::AbortedError("superseded"));
  } else {
    EXPECT_TRUE(absl::IsCancelled(status)) << status;
  }
}

TYPED_TEST_P(PipeConformance, DestroyingTheUpperEndCancels) {
  this->StartLower();
  this->upper_ = nullptr;
  EXPECT_TRUE(absl::IsCancelled(this->up_->WaitClosed()));
}

TYPED_TEST_P(PipeConformance, DestroyingTheLowerEndCancels) {
  this->StartUpper();
  this->lower_ = nullptr;
  EXPECT_TRUE(absl::IsCancelled(this->down_->WaitClosed()));
}

TYPED_TEST_P(PipeConformance, DestructionAfterCloseChangesNothing) {
  this->upper_->Send(UpPacket(1));
  this->upper_->Close(absl::OkStatus());
  this->upper_ = nullptr;
  this->StartLower();
  EXPECT_EQ(this->up_->WaitClosed(), absl::OkStatus());
  EXPECT_EQ(this->up_->messages().size(), 1u);
}

TYPED_TEST_P(PipeConformance, NoCallFollowsTheOwnClose) {
  this->StartUpper();
  std::atomic<bool> stop = false;
  std::thread sender([&] {
    for (uint64_t seq = 1; !stop; ++seq) {
      this->lower_->Send(DownDone(seq));
      if (seq % 64 == 0) std::this_thread::yield();
    }
  });
  this->down_->WaitFor(10);
  size_t before = 0;
  this->RunOnStrand([&] {
    this->upper_->Close(absl::OkStatus());
    before = this->down_->messages().size();
  });
  for (int i = 0; i < 20; ++i) this->RunOnStrand([] {});
  stop = true;
  sender.join();
  this->RunOnStrand([] {});
  EXPECT_EQ(this->down_->messages().size(), before);
  EXPECT_EQ(this->down_->closed_calls(), 0);
}

TYPED_TEST_P(PipeConformance, NoCallFollowsDestruction) {
  this->StartUpper();
  for (uint64_t seq = 1; seq <= 200; ++seq) this->lower_->Send(DownDone(seq));
  size_t before = 0;
  this->RunOnStrand([&] {
    this->upper_ = nullptr;
    before = this->down_->messages().size();
  });
  for (uint64_t seq = 1; seq <= 200; ++seq) this->lower_->Send(DownDone(seq));
  this->lower_->Close(absl::OkStatus());
  for (int i = 0; i < 20; ++i) this->RunOnStrand([] {});
  EXPECT_EQ(this->down_->messages().size(), before);
  EXPECT_EQ(this->down_->closed_calls(), 0);
}

TYPED_TEST_P(PipeConformance, AHandlerMayDestroyItsEnd) {
  this->StartUpper();
  this->lower_->Start(this->strand_, this->up_->template Handler<TranscodeDown>(
                                         [this](const TranscodeUp&) { this->lower_ = nullptr; }));
  this->upper_->Send(UpPacket(1));
  this->upper_->Send(UpPacket(2));
  EXPECT_TRUE(absl::IsCancelled(this->down_->WaitClosed()));
  this->RunOnStrand([] {});
  EXPECT_EQ(Seqs(this->up_->messages()), UpTo(1));
}

TYPED_TEST_P(PipeConformance, AHandlerMayDestroyItsEndWhenClosed) {
  this->upper_->Start(this->strand_, {[](const TranscodeDown&) {},
                                      [this](absl::Status status) {
                                        this->upper_ = nullptr;
                                        this->down_->SetClosed(std::move(status));
                                      }});
  this->lower_->Close(absl::UnavailableError("drained"));
  EXPECT_EQ(this->down_->WaitClosed(), absl::UnavailableError("drained"));
}

TYPED_TEST_P(PipeConformance, WhatIsSentAfterACloseIsDropped) {
  this->StartUpper();
  this->StartLower();
  this->upper_->Close(absl::OkStatus());
  this->upper_->Send(UpPacket(1));
  EXPECT_EQ(this->up_->WaitClosed(), absl::OkStatus());
  this->lower_->Send(DownDone(1));
  this->lower_->Close(absl::OkStatus());
  for (int i = 0; i < 5; ++i) this->RunOnStrand([] {});
  EXPECT_TRUE(this->up_->messages().empty());
  EXPECT_TRUE(this->down_->messages().empty());
}

TYPED_TEST_P(PipeConformance, BothMayCloseAtOnce) {
  this->StartUpper();
  this->StartLower();
  std::thread other([this] { this->lower_->Close(absl::OkStatus()); });
  this->upper_->Close(absl::OkStatus());
  other.join();
  this->RunOnStrand([] {});
  EXPECT_LE(this->up_->closed_calls(), 1);
  EXPECT_LE(this->down_->closed_calls(), 1);
}

TYPED_TEST_P(PipeConformance, CarriesEightMebibytes) {
  this->StartLower();
  std::string bytes(8 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); i += 997) bytes[i] = static_cast<char>(i);
  this->upper_->Send(UpPacket(1, bytes));
  auto got = this->up_->WaitFor(1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_TRUE(*PacketOf(got[0]).payload == bytes);
}

TYPED_TEST_P(PipeConformance, CreditsFlowBothWays) {
  this->StartUpper();
  this->StartLower();
  this->upper_->Send(Credit{8});
  this->lower_->Send(Credit{2});
  auto up = this->up_->WaitFor(1);
  auto down = this->down_->WaitFor(1);
  ASSERT_EQ(up.size(), 1u);
  ASSERT_EQ(down.size(), 1u);
  EXPECT_EQ(std::get<Credit>(up[0]).packets, 8u);
  EXPECT_EQ(std::get<Credit>(down[0]).packets, 2u);
}

// Sends what waits as far as credits go.
class CreditedSender {
 public:
  explicit CreditedSender(ToTranscode* pipe) : pipe_(pipe) {
    for (uint64_t seq = 1; seq <= 100; ++seq) waiting_.push_back(seq);
  }
  void OnMessage(const TranscodeDown& message) {
    credits_.Grant(std::get<Credit>(message).packets);
    while (!waiting_.empty() && credits_.TryTake()) {
      pipe_->Send(UpPacket(waiting_.front()));
      waiting_.pop_front();
    }
  }
  size_t waiting() const { return waiting_.size(); }

 private:
  ToTranscode* const pipe_;
  CreditCounter credits_;
  std::deque<uint64_t> waiting_;
};

TYPED_TEST_P(PipeConformance, APeerThatNeverReadsGetsNoMoreThanItsCredits) {
  CreditedSender sender(this->upper_.get());
  this->upper_->Start(this->strand_,
                      this->down_->template Handler<TranscodeUp>(
                          [&](const TranscodeDown& message) { sender.OnMessage(message); }));
  this->lower_->Send(Credit{2});
  ASSERT_EQ(this->down_->WaitFor(1).size(), 1u);
  this->RunOnStrand([&] { EXPECT_EQ(sender.waiting(), 98u); });
  this->StartLower();
  EXPECT_EQ(Seqs(this->up_->WaitFor(2)), UpTo(2));
  this->lower_->Send(Credit{98});
  EXPECT_EQ(Seqs(this->up_->WaitFor(100)), UpTo(100));
}

TYPED_TEST_P(PipeConformance, LosesNothingUnderThreads) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 5000;
  this->StartUpper();
  this->StartLower();
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (uint64_t i = 0; i < kEach; ++i) {
        this->upper_->Send(UpPacket(t * kEach + i + 1));
        if (i % 10 == 0) this->lower_->Send(DownDone(t * kEach + i + 1));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::vector<uint64_t> seqs = Seqs(this->up_->WaitFor(kThreads * kEach));
  ASSERT_EQ(seqs.size(), kThreads * kEach);
  std::vector<uint64_t> next(kThreads, 0);
  for (const uint64_t seq : seqs) {
    const uint64_t thread = (seq - 1) / kEach;
    ASSERT_EQ((seq - 1) % kEach, next[thread]++) << "thread " << thread;
  }
  EXPECT_EQ(this->down_->WaitFor(kThreads * kEach / 10).size(), kThreads * kEach / 10);
}

REGISTER_TYPED_TEST_SUITE_P(PipeConformance, KeepsOrderBothWays, KeepsWhatCameBeforeStart,
                            AnOrderlyCloseFollowsWhatWasSent,
                            TheLowerEndClosesWithItsStatusAfterWhatItSent, TheLowerEndClosesInOrder,
                            AnErrorAtTheUpperEndIsNoOrderlyClose, DestroyingTheUpperEndCancels,
                            DestroyingTheLowerEndCancels, DestructionAfterCloseChangesNothing,
                            NoCallFollowsTheOwnClose, NoCallFollowsDestruction,
                            AHandlerMayDestroyItsEnd, AHandlerMayDestroyItsEndWhenClosed,
                            WhatIsSentAfterACloseIsDropped, BothMayCloseAtOnce,
                            CarriesEightMebibytes, CreditsFlowBothWays,
                            APeerThatNeverReadsGetsNoMoreThanItsCredits, LosesNothingUnderThreads);

}  // namespace relayfleet::flow::testing

#endif  // RELAYFLEET_LIBS_FLOW_TESTING_PIPE_CONFORMANCE_H_
