// SPDX-License-Identifier: Apache-2.0

// What every Store does, run against both backends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/base/testing/fake_runtime.h"
#include "libs/state/memory_store.h"
#include "libs/state/sqlite_store.h"

namespace relayfleet::state {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kTtl = absl::Seconds(10);

std::unique_ptr<Store> NewSqliteStore() {
  std::string dir = absl::StrCat(::testing::TempDir(), "/store-XXXXXX");
  auto store = OpenSqliteStore({.dir = mkdtemp(dir.data())});
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

struct Backend {
  const char* name;
  std::unique_ptr<Store> (*make)();
};

class StoreConformance : public ::testing::TestWithParam<Backend> {
 protected:
  Watch WatchFrom(uint64_t revision) {
    auto watch = store_->WatchFrom(revision, strand_,
                                   [this](const Event& event) { events_.push_back(event); });
    EXPECT_TRUE(watch.ok()) << watch.status();
    return *std::move(watch);
  }

  const std::unique_ptr<Store> store_ = GetParam().make();
  base::testing::FakeRuntime runtime_;
  const std::shared_ptr<base::Executor> strand_ = runtime_.NewStrand();
  std::vector<Event> events_;
};

TEST_P(StoreConformance, GivesBackWhatWasPut) {
  const std::string bytes("a\0\xff\n", 4);
  EXPECT_EQ(store_->Put("robot/a", bytes, 0).value(), 1);
  EXPECT_EQ(store_->Put("b", "", 0).value(), 2);
  EXPECT_EQ(store_->Get("robot/a").value(), (Record{"robot/a", bytes, 1}));
  EXPECT_EQ(store_->Get("b").value(), (Record{"b", "", 2}));
  EXPECT_EQ(store_->Get("c").status().code(), absl::StatusCode::kNotFound);
}

TEST_P(StoreConformance, ListsByKeyWithTheStoresRevision) {
  EXPECT_EQ(store_->List().value().revision, 0);
  ASSERT_TRUE(store_->Put("b", "2", 0).ok());
  ASSERT_TRUE(store_->Put("a", "1", 0).ok());
  ASSERT_TRUE(store_->Put("b", "3", 1).ok());
  const Listing listing = store_->List().value();
  EXPECT_THAT(listing.records, ElementsAre(Record{"a", "1", 2}, Record{"b", "3", 3}));
  EXPECT_EQ(listing.revision, 3);
}

TEST_P(StoreConformance, SecondCreatorIsRefusedAndNothingChanges) {
  ASSERT_TRUE(store_->Put("a", "first", 0).ok());
  EXPECT_EQ(store_->Put("a", "second", 0).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(store_->Get("a").value(), (Record{"a", "first", 1}));
  EXPECT_EQ(store_->List().value().revision, 1);
}

TEST_P(StoreConformance, WriteOnAnOldRevisionIsAborted) {
  ASSERT_TRUE(store_->Put("a", "1", 0).ok());
  ASSERT_TRUE(store_->Put("a", "2", 1).ok());
  EXPECT_EQ(store_->Put("a", "3", 1).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->Delete("a", 1).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store_->Put("gone", "3", 1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Get("a")->value, "2");
  EXPECT_TRUE(store_->Put("a", "4", std::nullopt).ok());
  EXPECT_TRUE(store_->Put("new", "4", std::nullopt).ok());
}

TEST_P(StoreConformance, DeletedIsGoneAndMayComeAgain) {
  ASSERT_TRUE(store_->Put("a", "1", 0).ok());
  EXPECT_EQ(store_->Delete("a", 1).value(), 2);
  EXPECT_EQ(store_->Get("a").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Delete("a", std::nullopt).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Put("a", "2", 0).value(), 3);
}

TEST_P(StoreConformance, WatchSeesEachChangeInOrder) {
  ASSERT_TRUE(store_->Put("a", "1", 0).ok());
  const Watch watch = WatchFrom(store_->List()->revision + 1);
  ASSERT_TRUE(store_->Put("a", "2", 1).ok());
  ASSERT_TRUE(store_->Delete("a", std::nullopt).ok());
  EXPECT_FALSE(store_->Delete("a", std::nullopt).ok());
  EXPECT_THAT(events_, IsEmpty());  // only on its executor
  runtime_.RunReady();
  EXPECT_THAT(events_, ElementsAre(Event{false, {"a", "2", 2}}, Event{true, {"a", "", 3}}));
}

TEST_P(StoreConformance, WatchReachesBack) {
  ASSERT_TRUE(store_->Put("a", "1", 0).ok());
  ASSERT_TRUE(store_->Put("b", "2", 0).ok());
  const Watch watch = WatchFrom(2);
  ASSERT_TRUE(store_->Put("c", "3", 0).ok());
  runtime_.RunReady();
  EXPECT_THAT(events_, ElementsAre(Event{false, {"b", "2", 2}}, Event{false, {"c", "3", 3}}));
}

TEST_P(StoreConformance, NoCallFollowsTheEndOfAWatch) {
  {
    const Watch watch = WatchFrom(1);
    ASSERT_TRUE(store_->Put("a", "1", 0).ok());  // posted, not run
  }
  runtime_.RunReady();
  ASSERT_TRUE(store_->Put("a", "2", 1).ok());
  runtime_.RunReady();
  EXPECT_THAT(events_, IsEmpty());
}

TEST_P(StoreConformance, EachClaimHasAHigherEpoch) {
  const uint64_t first = store_->Claim("a", "one", kTtl).value();
  const uint64_t second = store_->Claim("a", "two", kTtl).value();
  const uint64_t other = store_->Claim("b", "two", kTtl).value();
  EXPECT_GT(first, 0);
  EXPECT_GT(second, first);
  EXPECT_GT(other, second);
  EXPECT_EQ(store_->Renew("a", first, kTtl).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(store_->Renew("a", second, kTtl).ok());
}

TEST_P(StoreConformance, ReleaseGivesUpOnlyTheOwnClaim) {
  const uint64_t first = store_->Claim("a", "one", kTtl).value();
  const uint64_t second = store_->Claim("a", "two", kTtl).value();
  EXPECT_TRUE(store_->Release("a", first).ok());
  EXPECT_TRUE(store_->Renew("a", second, kTtl).ok());
  EXPECT_TRUE(store_->Release("a", second).ok());
  EXPECT_FALSE(store_->Renew("a", second, kTtl).ok());
  EXPECT_GT(store_->Claim("a", "three", kTtl).value(), second);
}

TEST_P(StoreConformance, OfManyCreatorsOneWins) {
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; i++) {
    threads.emplace_back([&, i] {
      for (int key = 0; key < 20; key++) {
        created += store_->Put(absl::StrCat("k", key), absl::StrCat(i), 0).ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(created, 20);
  EXPECT_EQ(store_->List()->revision, 20);
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreConformance,
                         ::testing::Values(Backend{"Memory", NewMemoryStore},
                                           Backend{"Sqlite", NewSqliteStore}),
                         [](const auto& info) { return info.param.name; });

TEST(MemoryStore, WatchBeyondTheHistoryIsRefused) {
  const std::unique_ptr<Store> store = NewMemoryStore();
  for (int i = 0; i < kWatchHistory + 1; i++) ASSERT_TRUE(store->Put("a", "", std::nullopt).ok());
  base::testing::FakeRuntime runtime;
  const auto ignore = [](const Event&) {};
  EXPECT_EQ(store->WatchFrom(1, runtime.NewStrand(), ignore).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(store->WatchFrom(2, runtime.NewStrand(), ignore).ok());
}

}  // namespace
}  // namespace relayfleet::state
